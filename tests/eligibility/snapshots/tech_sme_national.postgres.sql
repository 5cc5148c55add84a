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
    ("status" = 'valid') AS "step_124",
    ("granted_on" <= DATE '2026-07-01') AS "step_127",
    ("expires_on" >= DATE '2026-07-01') AS "step_129"
  FROM "rows_of_ip"
  OFFSET 0
), "figures_of_ip" AS (
  SELECT
    "enterprise_code",
    COUNT(CASE WHEN (("ip_class" = 'I') AND "step_124" AND "step_127" AND "step_129") THEN 1 END) AS "rows_1_sure",
    COUNT(CASE WHEN (("ip_class" = 'I') AND "step_124" AND "step_127" AND "step_129") IS NULL THEN 1 END) AS "rows_2_open",
    COUNT(CASE WHEN (("ip_class" = 'II') AND "step_124" AND "step_127" AND "step_129") THEN 1 END) AS "rows_3_sure",
    COUNT(CASE WHEN (("ip_class" = 'II') AND "step_124" AND "step_127" AND "step_129") IS NULL THEN 1 END) AS "rows_4_open"
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
    ("staff_total_quarterly__y0" <= 0) AS "step_58",
    (("technical_staff_quarterly__y0" IS NULL) OR ("staff_total_quarterly__y0" IS NULL)) AS "step_50",
    ("technical_staff_quarterly__y0" * 20) AS "step_34",
    ("revenue__y0" <= 0) AS "step_88",
    (("rd_expense_deduction__y0" IS NULL) OR ("revenue__y0" IS NULL)) AS "step_80",
    ("rd_expense_deduction__y0" * 100) AS "step_67",
    ("total_cost__y0" <= 0) AS "step_112",
    (("rd_expense_deduction__y0" IS NULL) OR ("total_cost__y0" IS NULL)) AS "step_104",
    ("rd_expense_deduction__y0" * 20) AS "step_92",
    ("rows_1_sure" >= 1) AS "step_135",
    ((("rows_1_sure" + "rows_2_open") >= 1) AND CAST(NULL AS BOOLEAN)) AS "step_138",
    ("rows_3_sure" >= 4) AS "step_146",
    ("rows_3_sure" + "rows_4_open") AS "step_145",
    ("rows_3_sure" >= 3) AS "step_150",
    ("rows_3_sure" >= 2) AS "step_154",
    ("rows_3_sure" >= 1) AS "step_158"
  FROM "facts"
  OFFSET 0
), "facts_2" AS (
  SELECT
    *,
    CASE WHEN "step_50" THEN 0 WHEN ("step_34" >= ("staff_total_quarterly__y0" * 6)) THEN 20 WHEN ("step_34" >= ("staff_total_quarterly__y0" * 5)) THEN 16 WHEN ("step_34" >= ("staff_total_quarterly__y0" * 4)) THEN 12 WHEN ("step_34" >= ("staff_total_quarterly__y0" * 3)) THEN 8 WHEN ("step_34" >= ("staff_total_quarterly__y0" * 2)) THEN 4 ELSE CAST(0 AS BIGINT) END AS "step_56",
    CASE WHEN "step_80" THEN 0 WHEN ("step_67" >= ("revenue__y0" * 6)) THEN 50 WHEN ("step_67" >= ("revenue__y0" * 5)) THEN 40 WHEN ("step_67" >= ("revenue__y0" * 4)) THEN 30 WHEN ("step_67" >= ("revenue__y0" * 3)) THEN 20 WHEN ("step_67" >= ("revenue__y0" * 2)) THEN 10 ELSE CAST(0 AS BIGINT) END AS "step_86",
    CASE WHEN "step_104" THEN 0 WHEN ("step_92" >= ("total_cost__y0" * 6)) THEN 50 WHEN ("step_92" >= ("total_cost__y0" * 5)) THEN 40 WHEN ("step_92" >= ("total_cost__y0" * 4)) THEN 30 WHEN ("step_92" >= ("total_cost__y0" * 3)) THEN 20 WHEN ("step_92" >= ("total_cost__y0" * 2)) THEN 10 ELSE CAST(0 AS BIGINT) END AS "step_110",
    ("step_135" OR "step_138") AS "step_139",
    (("step_145" >= 4) AND CAST(NULL AS BOOLEAN)) AS "step_148",
    (("step_145" >= 3) AND CAST(NULL AS BOOLEAN)) AS "step_152",
    (("step_145" >= 2) AND CAST(NULL AS BOOLEAN)) AS "step_156",
    (("step_145" >= 1) AND CAST(NULL AS BOOLEAN)) AS "step_160"
  FROM "facts_1"
  OFFSET 0
), "facts_3" AS (
  SELECT
    *,
    CASE WHEN "step_58" THEN 0 ELSE "step_56" END AS "step_59",
    ("step_146" OR "step_148") AS "step_149",
    ("step_150" OR "step_152") AS "step_153",
    ("step_154" OR "step_156") AS "step_157",
    ("step_158" OR "step_160") AS "step_161",
    CASE WHEN "step_58" THEN 0 WHEN "step_50" THEN 20 ELSE "step_56" END AS "step_60"
  FROM "facts_2"
  OFFSET 0
), "facts_4" AS (
  SELECT
    *,
    ("step_59" + GREATEST(CASE WHEN "step_88" THEN 0 ELSE "step_86" END, CASE WHEN "step_112" THEN 0 ELSE "step_110" END) + CASE WHEN "step_139" THEN 30 WHEN "step_149" THEN 24 WHEN "step_153" THEN 18 WHEN "step_157" THEN 12 WHEN "step_161" THEN 6 ELSE CAST(0 AS BIGINT) END) AS "step_182",
    ("step_60" + GREATEST(CASE WHEN "step_88" THEN 0 WHEN "step_80" THEN 50 ELSE "step_86" END, CASE WHEN "step_112" THEN 0 WHEN "step_104" THEN 50 ELSE "step_110" END) + CASE WHEN (("step_139" IS NULL) OR "step_135" OR "step_138") THEN 30 WHEN (("step_149" IS NULL) OR "step_146" OR "step_148") THEN 24 WHEN (("step_153" IS NULL) OR "step_150" OR "step_152") THEN 18 WHEN (("step_157" IS NULL) OR "step_154" OR "step_156") THEN 12 WHEN (("step_161" IS NULL) OR "step_158" OR "step_160") THEN 6 ELSE CAST(0 AS BIGINT) END) AS "step_183"
  FROM "facts_3"
  OFFSET 0
)
SELECT
  "enterprise_code",
  ("resident_enterprise" AND "books_assessed" AND "rd_collected" AND ("staff_total_quarterly__y0" <= 5000000) AND ("revenue__y0" <= 20000000000) AND ("total_assets__y0" <= 20000000000) AND "industry_allowed" AND "accident_free" AND "environment_clean" AND "integrity_clean" AND "not_listed_abnormal" AND (((("step_182" >= 60) OR (("step_183" >= 60) AND CAST(NULL AS BOOLEAN))) AND (("step_59" > 0) OR (("step_60" > 0) AND CAST(NULL AS BOOLEAN)) OR ("step_60" < 0) OR (("step_59" < 0) AND CAST(NULL AS BOOLEAN)))) OR ("rows_5_sure" >= 1) OR ((("rows_5_sure" + "rows_6_open") >= 1) AND CAST(NULL AS BOOLEAN)) OR ("rows_7_sure" >= 1) OR ((("rows_7_sure" + "rows_8_open") >= 1) AND CAST(NULL AS BOOLEAN)) OR ("rows_9_sure" >= 1) OR ((("rows_9_sure" + "rows_10_open") >= 1) AND CAST(NULL AS BOOLEAN)) OR ("rows_11_sure" >= 1) OR ((("rows_11_sure" + "rows_12_open") >= 1) AND CAST(NULL AS BOOLEAN)))) AS "verdict",
  "step_182" AS "least_score",
  "step_183" AS "most_score"
FROM "facts_4"
