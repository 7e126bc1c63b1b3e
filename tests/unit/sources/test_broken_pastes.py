"""Tables pasted as text whose cells and rows the paste has broken."""

from __future__ import annotations

from pathlib import Path

from qa_engine.sources.read import read_documents


def records(folder: Path, text: str) -> list[dict[str, str]]:
    path = folder / "t.txt"
    path.write_text(text, encoding="utf-8")
    found = [block.record for block in next(read_documents(path, "t.txt")).blocks]
    return [dict(record) for record in found if record is not None]


def test_blocks_of_labelled_lines_are_rows(tmp_path: Path) -> None:
    """A value may go on without a label, a label may be missing, a page may end in between."""
    rows = records(
        tmp_path,
        """岩溪镇隐患整改台账

编号：1
隐患部位：老水厂泵房
整改措施：更换水泵，
加装围栏
责任单位：镇水利站
整改时限：5月底前

编号：2
隐患部位：南桥护栏
责任单位：镇交管站

整改时限：立行立改
第1页

编号：3
隐患部位：集市配电箱
整改措施：重新接地
责任单位：供电所
整改时限：

台账每周更新一次，由镇安监办汇总。
""",
    )
    assert [row["编号"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["整改措施"] == "更换水泵，加装围栏"
    assert rows[1]["整改时限"] == "立行立改"
    assert rows[1].get("整改措施", "") == ""
    assert rows[2]["责任单位"] == "供电所"


def test_questions_and_answers_are_no_blocks(tmp_path: Path) -> None:
    text = "".join(f"问：第{n}件事怎么办？\n答：到窗口办理。\n说明：免费\n\n" for n in "一二三四")
    assert records(tmp_path, text) == []


def test_a_blank_line_within_a_row_begins_none(tmp_path: Path) -> None:
    """One cell a line with tabs, blank lines between rows and inside them."""
    rows = records(
        tmp_path,
        "岩溪镇任务表\n\n\t序号\n\t工作名称\n\t具体内容\n\t完成时间\n\t牵头单位\n\t配合单位\n\n"
        "\t1\n\t安全饮水\n\n\t改造老水厂一座，铺设管网十公里。\n\t2031.9\n\t镇水利站\n\t镇财政所\n\n"
        "\t建设水质检测室，每月公布结果。\n\n\t2031年底\n\t镇卫生院\n\t\n\n"
        "\t2\n\t农村道路\n\t硬化村道三十公里，设置护栏。\n\t长期\n\t镇交管站\n\t各村\n",
    )
    assert [row["工作名称"] for row in rows] == ["安全饮水", "安全饮水", "农村道路"]
    assert [row["完成时间"] for row in rows] == ["2031.9", "2031年底", "长期"]
    assert rows[1]["牵头单位"] == "镇卫生院"
    assert rows[1]["配合单位"] == ""


def test_where_every_row_has_all_its_cells_blank_lines_say_nothing(tmp_path: Path) -> None:
    rows = records(
        tmp_path,
        "\t序号\n\n\t类别\n\t工作措施\n\t牵头单位\n\t完成\n时限\n\n"
        "\t1\n\t一、便民\n\n\t设置帮办窗口，\n\n每月通报一次。\n\t镇政务中心\n\t5月底前\n\n\n"
        "\t2\n\t\n\t公布证明清单，取消盖章。\n\n\t镇司法所\n\t全年\n"
        "\t3\n\t二、产业\n\t举办用工对接会四场。\n\t镇人社所\n\n\t每季度\n",
    )
    assert [row["类别"] for row in rows] == ["一、便民", "一、便民", "二、产业"]
    assert rows[0]["工作措施"] == "设置帮办窗口，每月通报一次。"
    assert [row["完成时限"] for row in rows] == ["5月底前", "全年", "每季度"]


def test_line_breaks_inside_the_cells_of_tabbed_rows(tmp_path: Path) -> None:
    """Also in the header and in the last cell; who answers for a group answers for its rows."""
    rows = records(
        tmp_path,
        "序号\t重点任务\t牵头领导\t工作措施\t主办单位\t协办单位\t办结\n时限\n"
        "一\t优化\n服务\t孟秋白\t1.编制办事指南，统一标准。\t镇政务中心\t镇司法所、\n镇民政办\t4月底\n"
        "\t\t\t2.开通帮办专线，\n安排专人值守。\t镇党政办\t\t6月1日起\n"
        "二\t兴办\n产业\t倪小川\t3.改造老粮仓，引进企业。\t镇经发办\t各村\t年底前\n",
    )
    assert [row["办结时限"] for row in rows] == ["4月底", "6月1日起", "年底前"]
    assert rows[0]["协办单位"] == "镇司法所、镇民政办"
    assert rows[1]["工作措施"].endswith("安排专人值守。")
    assert rows[1]["牵头领导"] == "孟秋白"


def test_a_drawn_row_may_go_on_without_its_bars_or_in_a_row_of_its_own(tmp_path: Path) -> None:
    rows = records(
        tmp_path,
        "编号 | 交办事项 | 主办单位 | 办结时限 | 办理进展\n"
        "JB-01 | 水压不足 | 镇水利站 | 7月底 | 已换水泵，仍有三户偏小，\n正在排查\n"
        "JB-02 | 路灯不亮 | 镇村建办 | | 已修复\n"
        "— 1 —\n"
        "编号 | 交办事项 | 主办单位 | 办结时限 | 办理进展\n"
        "JB-03 | 桥栏缺失 | 镇交管站 | 8月底 |\n",
    )
    assert [row["编号"] for row in rows] == ["JB-01", "JB-02", "JB-03"]
    assert rows[0]["办理进展"] == "已换水泵，仍有三户偏小，正在排查"
    assert rows[2]["办结时限"] == "8月底"
    drawn = records(
        tmp_path,
        "| 类别 | 项目名称 | 建设内容 | 建设单位 |\n|  | 北坡水库 | 加固大坝，更换 | 镇水利站 |\n"
        "|  |  | 闸门两扇 |  |\n|  | 南河堤防 | 护岸三公里 | 镇水利站 |\n",
    )
    assert [row["建设内容"] for row in drawn] == ["加固大坝，更换闸门两扇", "护岸三公里"]


def test_a_rota_with_shifts_below_who_is_on_duty(tmp_path: Path) -> None:
    rows = records(
        tmp_path,
        "日期 星期 带班领导 值班人员 值班电话 备注\n白班 夜班\n"
        "7月1日 二 孟秋白 倪小川 冯若溪 8046110\n7月2日 三 孟秋白 黎望舒 高启明 8046110 会商\n"
        "— 1 —\n日期 星期 带班领导 值班人员 值班电话 备注\n白班 夜班\n"
        "7月3日 四 贾怀远 冯若溪 倪小川 8046112\n",
    )
    found = [row for row in rows if row.get("日期", "").startswith("7月")]
    assert [row["值班人员/夜班"] for row in found] == ["冯若溪", "高启明", "倪小川"]
    assert [row["值班电话"] for row in found] == ["8046110", "8046110", "8046112"]


def test_a_column_of_numbers_tells_where_wrapped_rows_begin(tmp_path: Path) -> None:
    """Cells set in columns with spaces, broken over lines in several columns at once."""
    rows = records(
        tmp_path,
        "序号  反馈问题              整改措施              牵头单位      配合单位\n"
        "1     挂牌过多，村委会      全面清理，只留下      镇党政办      镇民政办、\n"
        "      门外有十一块。        四块牌子。                          各村\n"
        "2     台账重复填报。        能系统取数的不再      镇统计站      镇财政所\n"
        "                            要求填写。\n"
        "3     公厕无人管护。        公示管护人。          镇村建办\n",
    )
    assert [row["整改措施"] for row in rows] == [
        "全面清理，只留下四块牌子。",
        "能系统取数的不再要求填写。",
        "公示管护人。",
    ]
    assert rows[0]["配合单位"] == "镇民政办、各村"


def test_an_amount_is_no_date_and_a_last_blank_cell_moves_no_row(tmp_path: Path) -> None:
    rows = records(
        tmp_path,
        "| 酒店 | 标间价 | 单间价 | 班车 |\n| --- | --- | --- | --- |\n"
        "| 湖滨宾馆 | 300 | 320 | 有 |\n"
        "| 学院公寓 | 160 | 180 | 每日两班 |\n| 云水客栈 | 220 | 240 |  |\n",
    )
    assert rows[2] == {"酒店": "云水客栈", "标间价": "220", "单间价": "240", "班车": ""}


def test_numbers_tell_the_rows_where_a_shared_cell_is_told_once(tmp_path: Path) -> None:
    """The group's cell is left out of the rows that share it; blank lines stand anywhere."""
    rows = records(
        tmp_path,
        "\t类别\n\t序号\n\t具体任务\n\t责任分工\n\t办结时限\n\n\t牵头单位\n\t配合单位\n\n"
        "\t健康教育\n\n\t1\n\t开设健康专栏，每周一期\n\n\t镇广电站\n\t镇卫生院\n\t5月1日起\n\n"
        "\t2\n\t更换破损宣传栏\n\n\t镇卫生院\n\t\n\n\t4月底前\n\n"
        "\t环境整治\n\t3\n\t清理背街小巷\n\t镇城管队\n\t各村\n\t6月15日\n",
    )
    assert [row["类别"] for row in rows] == ["健康教育", "健康教育", "环境整治"]
    assert [row["责任分工/配合单位"] for row in rows] == ["镇卫生院", "", "各村"]
    assert [row["办结时限"] for row in rows] == ["5月1日起", "4月底前", "6月15日"]


def test_a_broken_first_cell_is_no_group_row(tmp_path: Path) -> None:
    rows = records(
        tmp_path,
        "重点任务\t序号\t工作措施\t主办科室\t完成\n时限\n"
        "一、优化\n门诊流程\t1\t分时段预约，\n精确到半小时\t门诊部\t4月底\n"
        "\t2\t设置专用窗口\t门诊部\t2031年\n8月15日\n"
        "二、规范\n急诊救治\t3\t增派医师，\n轮班值守\t医务科\t每年11月\n",
    )
    assert [row["重点任务"] for row in rows] == [
        "一、优化门诊流程",
        "一、优化门诊流程",
        "二、规范急诊救治",
    ]
    assert [row["完成时限"] for row in rows] == ["4月底", "2031年8月15日", "每年11月"]


def test_blank_lines_between_groups_of_rows_end_no_table_set_with_spaces(tmp_path: Path) -> None:
    rows = records(
        tmp_path,
        "序号  类别        主要举措            责任部门      时限\n\n"
        "1     降成本      集中采购布草        采购部        3月底前\n"
        "2     降成本      建立黑名单          采购部        4月底前\n\n"
        "3     降能耗      更换变频水泵        工程部        6月底前\n",
    )
    assert [row["责任部门"] for row in rows] == ["采购部", "采购部", "工程部"]


def test_blanks_of_a_header_of_two_rows_are_no_names(tmp_path: Path) -> None:
    rows = records(
        tmp_path,
        "\t序号\n\t工作任务\n\t责任单位\n\t\n\t时限\n\n\t\n\t\n\t牵头单位\n\t配合单位\n\t\n\n"
        "\t1\n\t改造老水厂\n\t镇水利站\n\t镇财政所\n\t9月底\n\n"
        "\t2\n\t硬化村道\n\t镇交管站\n\t\n\t年底前\n\n"
        "\t3\n\t修缮校舍\n\t镇中心校\n\t镇村建办\n\t8月底\n",
    )
    assert [row["工作任务"] for row in rows] == ["改造老水厂", "硬化村道", "修缮校舍"]
    assert [row["责任单位/牵头单位"] for row in rows] == ["镇水利站", "镇交管站", "镇中心校"]


def test_a_body_above_its_contacts_is_no_part_of_the_address_before(tmp_path: Path) -> None:
    """Blocks that are headed each by a line of their own are left as they are."""
    rows = records(
        tmp_path,
        "各局联系方式\n"
        + "".join(
            f"{body}\n联系人：{name}\n联系电话：55501{n}\n地址：南街{n}号\n"
            for n, (body, name) in enumerate(
                [("区教育局", "孟秋白"), ("区财政局", "倪小川"), ("区水务局", "冯若溪")], 1
            )
        ),
    )
    assert all("局" not in row.get("地址", "") for row in rows)


def test_a_note_below_the_last_block_is_no_part_of_it(tmp_path: Path) -> None:
    block = "编号：{0}\n隐患部位：泵房\n责任单位：水利站\n整改时限：{0}月底\n"
    rows = records(tmp_path, "".join(block.format(n) for n in "567") + "注：每周更新。\n")
    assert [row["整改时限"] for row in rows] == ["5月底", "6月底", "7月底"]


def test_two_numbers_with_a_stroke_are_a_cell_and_no_page(tmp_path: Path) -> None:
    rows = records(
        tmp_path,
        "序号\n工作任务\n责任单位\n完成时限\n1\n改造老水厂一座。\n镇水利站\n9/10\n第1页 共2页\n"
        "2\n硬化村道三十公里。\n镇交管站\n10/20\n3\n修缮校舍两处。\n镇中心校\n8月底\n",
    )
    assert [row["完成时限"] for row in rows] == ["9/10", "10/20", "8月底"]
