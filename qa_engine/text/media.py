"""How names of newspapers, agencies and broadcasters end."""

from __future__ import annotations

from qa_engine.text.patterns import later

MEDIUM = later(
    r"(?:日报|晚报|早报|时报|晨报|商报|周报|都市报|青年报|法治报|电视台|广播电台|人民广播电台|电台|广播电视台|广播电视总台|总台|"
    r"通讯社|新华社|中新社|新华网|人民网|网|新闻|新闻社|新闻网|传媒|杂志|周刊|央视|卫视|融媒体中心|融媒体|融媒|客户端|在线|频道|CCTV|"
    r"(?<=[\u4e00-\u9fff]{2})(?<![汇通简预情举海申播呈上填捷喜])报|CGTN|CNN|BBC|NHK|Reuters|AP|AFP|路透社|法新社|美联社|共同社|彭博社|塔斯社|朝日新闻|南华早报|澎湃|财新)$"
)
