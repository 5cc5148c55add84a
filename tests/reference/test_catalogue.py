"""The catalogue as shipped, and with a bureau's own file laid over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kechuang.reference import ReferenceDataError, check_catalogue, load_catalogue

HEADER = "code,zh_name,zh_aliases,unit,kind,better,definition_en,source,status\n"
GOOD = "local_a,甲指标,甲数,家,stock,higher,Firms of kind A.,示例文件 第一条,verified\n"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "own.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_shipped_catalogue_has_no_problem(project_root: Path) -> None:
    assert check_catalogue(project_root / "src/kechuang/reference/indicators.csv") == []


def test_example_for_bureaus_has_no_problem(project_root: Path) -> None:
    assert check_catalogue(project_root / "examples/indicators-example.csv") == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("高新技术企业", "hnte"),
        ("净增高企", "hnte_net_gain"),
        ("新认定高新技术企业", "hnte_new"),
        ("国家级科技型中小企业", "tech_sme_national"),
        ("省级科技型中小企业", "tech_sme_provincial"),
        ("科技小巨人企业", "st_little_giant"),
        ("专精特新“小巨人”企业", "srdi_little_giant"),
        ("技术合同成交额", "contract_value"),
        ("输出技术合同成交额", "technology_outflow"),
        ("吸纳技术合同成交额", "technology_inflow"),
        ("吸纳京津技术合同成交额", "technology_inflow_beijing_tianjin"),
        ("研发费用加计扣除额", "super_deduction_amount"),
        ("研发费用加计扣除减免税额", "super_deduction_tax_saved"),
        ("全社会研发投入", "rd_expenditure"),
        ("企业研发费用", "rd_expense"),
        ("高企归集口径研究开发费用", "rd_expense_hnte"),
        ("知识产权质押融资额", "ip_pledge_loan_new"),
        ("知识产权质押贷款余额", "ip_pledge_loan_balance"),
        ("企业科技特派员", "st_commissioner_enterprise"),
        ("农村科技特派员", "st_commissioner_rural"),
        ("科技小院", "science_backyard"),
    ],
)
def test_titles_and_values_that_must_not_be_merged_have_codes_of_their_own(
    name: str, code: str
) -> None:
    indicator = load_catalogue().named(name)

    assert indicator is not None
    assert indicator.code == code


@pytest.mark.parametrize("name", ["科技型中小企业", "科技型中小企业数量", "小巨人企业"])
def test_a_name_that_two_titles_share_belongs_to_none(name: str) -> None:
    assert load_catalogue().named(name) is None


def test_there_are_no_growth_indicators() -> None:
    growth = [item.code for item in load_catalogue() if item.name.endswith(("增速", "增长率"))]

    assert growth == []


def test_spelling_does_not_matter() -> None:
    catalogue = load_catalogue()
    spellings = ["R&D经费占GDP比重", "研发投入占地区生产总值的比例", "Ｒ＆Ｄ经费支出占 GDP 比重"]

    assert {item.code for name in spellings if (item := catalogue.named(name))} == {"rd_intensity"}


def test_own_indicator_and_own_alias_are_found(project_root: Path) -> None:
    catalogue = load_catalogue(project_root / "examples/indicators-example.csv")

    assert [item.code for name in ("轴承产值", "国高企业") if (item := catalogue.named(name))] == [
        "local_bearing_output",
        "hnte",
    ]
    assert catalogue["hnte"].unit == "家"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_own_file_is_read_as_excel_saves_it(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, HEADER + GOOD, encoding)

    assert load_catalogue(path)["local_a"].name == "甲指标"


@pytest.mark.parametrize(
    ("row", "part_of_what"),
    [
        ("local_b,甲指标,,家,stock,higher,B.,,unverified\n", "两个指标在用"),
        ("local_b,乙,甲数,家,stock,higher,B.,,unverified\n", "两个指标在用"),
        ("local_b,乙,高企数量,家,stock,higher,B.,,unverified\n", "两个指标在用"),
        ("local_a,丙,,家,stock,higher,B.,,unverified\n", "重复"),
        ("local_b,乙,,只只,stock,higher,B.,,unverified\n", "单位"),
        ("local_b,乙,,件/只只,stock,higher,B.,,unverified\n", "单位"),
        ("local_b,乙,,家,level,higher,B.,,unverified\n", "类型"),
        ("local_b,乙,,家,stock,up,B.,,unverified\n", "方向"),
        ("local_b,乙,,家,stock,higher,B.,,maybe\n", "状态"),
        ("local_b,乙,,家,stock,higher,B.,,verified\n", "没有依据"),
        ("local_b,乙,,家,stock,higher,B.,见 https://example.test/a,verified\n", "网址"),
        ("local_b,乙,,家,stock,higher,B.,见 www.example.test,unverified\n", "网址"),
        ("local_B,乙,,家,stock,higher,B.,,unverified\n", "不合格式"),
        ("bearing,乙,,家,stock,higher,B.,,unverified\n", "没有前缀"),
        ("local_b,,,家,stock,higher,B.,,unverified\n", "缺指标名称"),
        ("hnte,,,元,,,,,\n", "要改自带指标"),
        ("local_b,乙,,家\n", "格数不对"),
    ],
)
def test_each_cause_is_named_with_its_line(tmp_path: Path, row: str, part_of_what: str) -> None:
    path = written(tmp_path, HEADER + GOOD + row)

    problems = check_catalogue(path)

    assert [problem.line for problem in problems] == [3]
    assert part_of_what in problems[0].what
    assert str(problems[0]).startswith(f"{path}:3：")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "表头不对"),
        (b"code,name\n", "表头不对"),
        (b"\xff\xfe\x00\x01", "文件不是文本表格"),
    ],
)
def test_a_file_that_is_no_table_is_one_problem(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)

    assert [problem.what for problem in check_catalogue(path)] == [what]


def test_a_missing_file_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    assert [problem.what for problem in check_catalogue(tmp_path / "none.csv")] == ["文件打不开"]


def test_loading_a_bad_file_says_everything_that_is_wrong(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "bearing,乙,,只只,stock,higher,B.,,unverified\n")

    with pytest.raises(ReferenceDataError) as caught:
        load_catalogue(path)

    assert len(caught.value.problems) == 2
