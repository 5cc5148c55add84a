WITH "rows_of_ip" AS (
  SELECT
    "enterprise_code",
    "ip_class",
    "status",
    "granted_on",
    "expires_on"
  FROM "ip"
), "rows_of_ip_1" AS (
  SELECT
    *,
    ("status" = 'valid') AS "step_1",
    ("granted_on" <= DATE '2026-07-01') AS "step_2",
    ("expires_on" >= DATE '2026-07-01') AS "step_3"
  FROM "rows_of_ip"
  OFFSET 0
), "figures_of_ip" AS (
  SELECT
    "enterprise_code",
    COUNT(CASE WHEN (("ip_class" = 'I') AND "step_1" AND "step_2" AND "step_3") THEN 1 END) AS "rows_1_sure",
    COUNT(CASE WHEN (("ip_class" = 'I') AND "step_1" AND "step_2" AND "step_3") IS NULL THEN 1 END) AS "rows_2_open",
    COUNT(CASE WHEN (("ip_class" = 'II') AND "step_1" AND "step_2" AND "step_3") THEN 1 END) AS "rows_3_sure",
    COUNT(CASE WHEN (("ip_class" = 'II') AND "step_1" AND "step_2" AND "step_3") IS NULL THEN 1 END) AS "rows_4_open"
  FROM "rows_of_ip_1"
  GROUP BY "enterprise_code"
), "rows_of_titles" AS (
  SELECT
    "enterprise_code",
    "title",
    "status",
    "issued_on",
    "expires_on"
  FROM "titles"
), "figures_of_titles" AS (
  SELECT
    "enterprise_code",
    COUNT(CASE WHEN (("title" = 'hnte') AND ("status" = 'valid') AND ("issued_on" <= DATE '2026-07-01') AND ("expires_on" >= DATE '2026-07-01')) THEN 1 END) AS "rows_5_sure",
    COUNT(CASE WHEN (("title" = 'hnte') AND ("status" = 'valid') AND ("issued_on" <= DATE '2026-07-01') AND ("expires_on" >= DATE '2026-07-01')) IS NULL THEN 1 END) AS "rows_6_open"
  FROM "rows_of_titles"
  GROUP BY "enterprise_code"
), "rows_of_honours" AS (
  SELECT
    "enterprise_code",
    "level",
    CAST("rank" AS BIGINT) AS "rank",
    "granted_on"
  FROM "honours"
), "figures_of_honours" AS (
  SELECT
    "enterprise_code",
    COUNT(CASE WHEN (("level" = 'national') AND ("rank" <= 3) AND ("granted_on" >= DATE '2021-07-01') AND ("granted_on" <= DATE '2026-07-01')) THEN 1 END) AS "rows_7_sure",
    COUNT(CASE WHEN (("level" = 'national') AND ("rank" <= 3) AND ("granted_on" >= DATE '2021-07-01') AND ("granted_on" <= DATE '2026-07-01')) IS NULL THEN 1 END) AS "rows_8_open"
  FROM "rows_of_honours"
  GROUP BY "enterprise_code"
), "rows_of_institutions" AS (
  SELECT
    "enterprise_code",
    "level",
    "status",
    "recognised_on"
  FROM "institutions"
), "figures_of_institutions" AS (
  SELECT
    "enterprise_code",
    COUNT(CASE WHEN (("level" IN ('national', 'provincial')) AND ("status" = 'valid') AND ("recognised_on" <= DATE '2026-07-01')) THEN 1 END) AS "rows_9_sure",
    COUNT(CASE WHEN (("level" IN ('national', 'provincial')) AND ("status" = 'valid') AND ("recognised_on" <= DATE '2026-07-01')) IS NULL THEN 1 END) AS "rows_10_open"
  FROM "rows_of_institutions"
  GROUP BY "enterprise_code"
), "rows_of_standards" AS (
  SELECT
    "enterprise_code",
    "level",
    CAST("rank" AS BIGINT) AS "rank",
    "issued_on"
  FROM "standards"
), "figures_of_standards" AS (
  SELECT
    "enterprise_code",
    COUNT(CASE WHEN (("level" IN ('industry', 'international', 'national')) AND ("rank" <= 5) AND ("issued_on" >= DATE '2021-07-01') AND ("issued_on" <= DATE '2026-07-01')) THEN 1 END) AS "rows_11_sure",
    COUNT(CASE WHEN (("level" IN ('industry', 'international', 'national')) AND ("rank" <= 5) AND ("issued_on" >= DATE '2021-07-01') AND ("issued_on" <= DATE '2026-07-01')) IS NULL THEN 1 END) AS "rows_12_open"
  FROM "rows_of_standards"
  GROUP BY "enterprise_code"
), "subjects" AS (
  SELECT
    "enterprise_code",
    "resident_enterprise",
    "books_assessed",
    "rd_collected",
    CAST("staff_total_quarterly__y0" AS BIGINT) AS "staff_total_quarterly__y0",
    CAST("revenue__y0" AS BIGINT) AS "revenue__y0",
    CAST("total_assets__y0" AS BIGINT) AS "total_assets__y0",
    "industry_allowed",
    "accident_free",
    "environment_clean",
    "integrity_clean",
    "not_listed_abnormal",
    CAST("technical_staff_quarterly__y0" AS BIGINT) AS "technical_staff_quarterly__y0",
    CAST("rd_expense_deduction__y0" AS BIGINT) AS "rd_expense_deduction__y0",
    CAST("total_cost__y0" AS BIGINT) AS "total_cost__y0"
  FROM "enterprises"
), "facts" AS (
  SELECT
    "subjects"."enterprise_code",
    "subjects"."resident_enterprise",
    "subjects"."books_assessed",
    "subjects"."rd_collected",
    "subjects"."staff_total_quarterly__y0",
    "subjects"."revenue__y0",
    "subjects"."total_assets__y0",
    "subjects"."industry_allowed",
    "subjects"."accident_free",
    "subjects"."environment_clean",
    "subjects"."integrity_clean",
    "subjects"."not_listed_abnormal",
    "subjects"."technical_staff_quarterly__y0",
    "subjects"."rd_expense_deduction__y0",
    "subjects"."total_cost__y0",
    COALESCE("figures_of_ip"."rows_1_sure", 0) AS "rows_1_sure",
    COALESCE("figures_of_ip"."rows_2_open", 0) AS "rows_2_open",
    COALESCE("figures_of_ip"."rows_3_sure", 0) AS "rows_3_sure",
    COALESCE("figures_of_ip"."rows_4_open", 0) AS "rows_4_open",
    COALESCE("figures_of_titles"."rows_5_sure", 0) AS "rows_5_sure",
    COALESCE("figures_of_titles"."rows_6_open", 0) AS "rows_6_open",
    COALESCE("figures_of_honours"."rows_7_sure", 0) AS "rows_7_sure",
    COALESCE("figures_of_honours"."rows_8_open", 0) AS "rows_8_open",
    COALESCE("figures_of_institutions"."rows_9_sure", 0) AS "rows_9_sure",
    COALESCE("figures_of_institutions"."rows_10_open", 0) AS "rows_10_open",
    COALESCE("figures_of_standards"."rows_11_sure", 0) AS "rows_11_sure",
    COALESCE("figures_of_standards"."rows_12_open", 0) AS "rows_12_open"
  FROM "subjects"
  LEFT JOIN "figures_of_ip" ON "figures_of_ip"."enterprise_code" = "subjects"."enterprise_code"
  LEFT JOIN "figures_of_titles" ON "figures_of_titles"."enterprise_code" = "subjects"."enterprise_code"
  LEFT JOIN "figures_of_honours" ON "figures_of_honours"."enterprise_code" = "subjects"."enterprise_code"
  LEFT JOIN "figures_of_institutions" ON "figures_of_institutions"."enterprise_code" = "subjects"."enterprise_code"
  LEFT JOIN "figures_of_standards" ON "figures_of_standards"."enterprise_code" = "subjects"."enterprise_code"
), "facts_1" AS (
  SELECT
    *,
    ("staff_total_quarterly__y0" <= 0) AS "step_1",
    (("technical_staff_quarterly__y0" IS NULL) OR ("staff_total_quarterly__y0" IS NULL)) AS "step_2",
    ("technical_staff_quarterly__y0" * 20) AS "step_3",
    ("revenue__y0" <= 0) AS "step_6",
    (("rd_expense_deduction__y0" IS NULL) OR ("revenue__y0" IS NULL)) AS "step_7",
    ("rd_expense_deduction__y0" * 100) AS "step_8",
    ("total_cost__y0" <= 0) AS "step_10",
    (("rd_expense_deduction__y0" IS NULL) OR ("total_cost__y0" IS NULL)) AS "step_11",
    ("rd_expense_deduction__y0" * 20) AS "step_12",
    ("rows_1_sure" >= 1) AS "step_14",
    ((("rows_1_sure" + "rows_2_open") >= 1) AND CAST(NULL AS BOOLEAN)) AS "step_15",
    ("rows_3_sure" >= 4) AS "step_17",
    ("rows_3_sure" + "rows_4_open") AS "step_18",
    ("rows_3_sure" >= 3) AS "step_21",
    ("rows_3_sure" >= 2) AS "step_24",
    ("rows_3_sure" >= 1) AS "step_27"
  FROM "facts"
  OFFSET 0
), "facts_2" AS (
  SELECT
    *,
    CASE WHEN "step_2" THEN 0 WHEN ("step_3" >= ("staff_total_quarterly__y0" * 6)) THEN 20 WHEN ("step_3" >= ("staff_total_quarterly__y0" * 5)) THEN 16 WHEN ("step_3" >= ("staff_total_quarterly__y0" * 4)) THEN 12 WHEN ("step_3" >= ("staff_total_quarterly__y0" * 3)) THEN 8 WHEN ("step_3" >= ("staff_total_quarterly__y0" * 2)) THEN 4 ELSE CAST(0 AS BIGINT) END AS "step_4",
    CASE WHEN "step_7" THEN 0 WHEN ("step_8" >= ("revenue__y0" * 6)) THEN 50 WHEN ("step_8" >= ("revenue__y0" * 5)) THEN 40 WHEN ("step_8" >= ("revenue__y0" * 4)) THEN 30 WHEN ("step_8" >= ("revenue__y0" * 3)) THEN 20 WHEN ("step_8" >= ("revenue__y0" * 2)) THEN 10 ELSE CAST(0 AS BIGINT) END AS "step_9",
    CASE WHEN "step_11" THEN 0 WHEN ("step_12" >= ("total_cost__y0" * 6)) THEN 50 WHEN ("step_12" >= ("total_cost__y0" * 5)) THEN 40 WHEN ("step_12" >= ("total_cost__y0" * 4)) THEN 30 WHEN ("step_12" >= ("total_cost__y0" * 3)) THEN 20 WHEN ("step_12" >= ("total_cost__y0" * 2)) THEN 10 ELSE CAST(0 AS BIGINT) END AS "step_13",
    ("step_14" OR "step_15") AS "step_16",
    (("step_18" >= 4) AND CAST(NULL AS BOOLEAN)) AS "step_19",
    (("step_18" >= 3) AND CAST(NULL AS BOOLEAN)) AS "step_22",
    (("step_18" >= 2) AND CAST(NULL AS BOOLEAN)) AS "step_25",
    (("step_18" >= 1) AND CAST(NULL AS BOOLEAN)) AS "step_28"
  FROM "facts_1"
  OFFSET 0
), "facts_3" AS (
  SELECT
    *,
    CASE WHEN "step_1" THEN 0 ELSE "step_4" END AS "step_5",
    ("step_17" OR "step_19") AS "step_20",
    ("step_21" OR "step_22") AS "step_23",
    ("step_24" OR "step_25") AS "step_26",
    ("step_27" OR "step_28") AS "step_29",
    CASE WHEN "step_1" THEN 0 WHEN "step_2" THEN 20 ELSE "step_4" END AS "step_31"
  FROM "facts_2"
  OFFSET 0
), "facts_4" AS (
  SELECT
    *,
    ("step_5" + GREATEST(CASE WHEN "step_6" THEN 0 ELSE "step_9" END, CASE WHEN "step_10" THEN 0 ELSE "step_13" END) + CASE WHEN "step_16" THEN 30 WHEN "step_20" THEN 24 WHEN "step_23" THEN 18 WHEN "step_26" THEN 12 WHEN "step_29" THEN 6 ELSE CAST(0 AS BIGINT) END) AS "step_30",
    ("step_31" + GREATEST(CASE WHEN "step_6" THEN 0 WHEN "step_7" THEN 50 ELSE "step_9" END, CASE WHEN "step_10" THEN 0 WHEN "step_11" THEN 50 ELSE "step_13" END) + CASE WHEN (("step_16" IS NULL) OR "step_14" OR "step_15") THEN 30 WHEN (("step_20" IS NULL) OR "step_17" OR "step_19") THEN 24 WHEN (("step_23" IS NULL) OR "step_21" OR "step_22") THEN 18 WHEN (("step_26" IS NULL) OR "step_24" OR "step_25") THEN 12 WHEN (("step_29" IS NULL) OR "step_27" OR "step_28") THEN 6 ELSE CAST(0 AS BIGINT) END) AS "step_32"
  FROM "facts_3"
  OFFSET 0
)
SELECT
  "enterprise_code",
  ("resident_enterprise" AND "books_assessed" AND "rd_collected" AND ("staff_total_quarterly__y0" <= 5000000) AND ("revenue__y0" <= 20000000000) AND ("total_assets__y0" <= 20000000000) AND "industry_allowed" AND "accident_free" AND "environment_clean" AND "integrity_clean" AND "not_listed_abnormal" AND (((("step_30" >= 60) OR (("step_32" >= 60) AND CAST(NULL AS BOOLEAN))) AND (("step_5" > 0) OR (("step_31" > 0) AND CAST(NULL AS BOOLEAN)) OR ("step_31" < 0) OR (("step_5" < 0) AND CAST(NULL AS BOOLEAN)))) OR ("rows_5_sure" >= 1) OR ((("rows_5_sure" + "rows_6_open") >= 1) AND CAST(NULL AS BOOLEAN)) OR ("rows_7_sure" >= 1) OR ((("rows_7_sure" + "rows_8_open") >= 1) AND CAST(NULL AS BOOLEAN)) OR ("rows_9_sure" >= 1) OR ((("rows_9_sure" + "rows_10_open") >= 1) AND CAST(NULL AS BOOLEAN)) OR ("rows_11_sure" >= 1) OR ((("rows_11_sure" + "rows_12_open") >= 1) AND CAST(NULL AS BOOLEAN)))) AS "verdict",
  "step_30" AS "least_score",
  "step_32" AS "most_score"
FROM "facts_4"
