"""Dates as 2026-11-22 and thousands apart, in either language."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
TIME_FORMAT = "H:i"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
NUMBER_GROUPING = 3
THOUSAND_SEPARATOR = ","
