"""What a page has beside its text: navigation, controls, footers, page numbers, spam.

Each function looks at one line (or at a line and its document) and knows the general
vocabulary of web pages and print layouts, never one site's names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_engine.text.normalise import to_simplified

BREADCRUMB = "面包屑导航"
CONTROL = "页面控件"
NAVIGATION = "站点导航"
FOOTER = "站点页脚"
PAGE_NUMBER = "页码"
RUNNING_HEAD = "页眉页脚"
IMAGE = "图片文件名"
SPAM = "垃圾广告行"
NO_TEXT = "无文字内容"
REPEATED = "重复内容"

_BREADCRUMB = re.compile(
    r"^(?:[您你]?(?:现在)?(?:所在的?|当前的?)位置(?:是|为)?|当前位置|位置)\s*[:：]"
    r"|^首\s*页\s*(?:>|»|›|＞|→|/|\|)"
)
_PATH = re.compile(r"^首\s*页(?:\s*(?:>|»|›|＞|→)\s*\S{1,20})*\s*(?:>|»|›|＞|→)?$")
# A path of three or more short names, whatever it begins with.
_STEPS = re.compile(
    r"^[^>＞»›→。！？；：:，,]{1,24}(?:\s+(?:>|＞|»|›|→)\s+[^>＞»›→。！？；：:，,]{1,24}){2,}$"
)
_IMAGE = re.compile(r"^[\w\-. %()（）]{1,80}\.(?:jpe?g|png|gif|bmp|webp|svg|tiff?)$", re.IGNORECASE)
_PAGE_BREAK = (
    r"[-—–－·~]\s*[0-9０-９ivxIVX]{1,4}\s*[-—–－·~]"
    r"|第\s*[0-9一二三四五六七八九十]{1,4}\s*[页版](?:\s*[,，/]?\s*共\s*[0-9一二三四五六七八九十]{1,4}\s*页)?"
)
_SURE_PAGE = re.compile(rf"^(?:{_PAGE_BREAK})$")
_PAGE = re.compile(
    rf"^(?:{_PAGE_BREAK}|[0-9]{{1,4}}\s*/\s*[0-9]{{1,4}}|(?:Page|page)\s*\d+(?:\s*of\s*\d+)?)$"
)
_COMMENT = re.compile(r"<!--.*?-->")
_CONTROL_WORDS = """
大中小 特大 大 中 小 字体 字体大小 字号 浏览字号 打印 打印本页 打印页面 打印此页 打印文章 打印本文
关闭 关闭窗口 关闭本页 关闭页面 分享 分享到 分享至 分享文章到 分享文章 一键分享 收藏 收藏本页 转发
点赞 举报 纠错 返回 返回顶部 返回首页 返回列表 回到 回到顶部 顶部 TOP top 首页 上一篇 下一篇
上一页 下一页 上一条 下一条 末页 尾页 没有了 无 微信 微博 新浪微博 腾讯微博 QQ QQ空间 QQ好友
人人网 豆瓣 百度贴吧 朋友圈 微信好友 扫一扫 扫一扫在手机打开当前页 扫一扫分享 用手机扫 手机版
电脑版 取消 确定 更多 更多+ 展开 收起 无障碍 无障碍版 无障碍浏览 无障碍阅读 无障 碍版 适老化
长者专区 长者助手 长者 助手 长者版 关怀版 老年模式 关怀模式 进入关怀模式 简体 繁体 简繁转换 简繁
转换 简 繁 EN English 英文 登录 注册 退出 网站地图 联系我们 联系方式 关于我们 使用帮助 网站帮助
网站声明 隐私声明 隐私安全 隐私保护 法律声明 设为首页 加入收藏 视力保护色 视力保护 朗读 语音播报
播放 暂停 智能问答 智能 问答 网站助手 智能客服 在线客服 搜索 检索 高级搜索 站内搜索 热门搜索
搜索热词 收起全部 浏览次数 阅读次数 点击次数 点击数 点击量 访问量 阅读量 浏览量 浏览 阅读 次
网页 正文 切换 政务微博 政务微信 政务 移动版 客户端 下载客户端 订阅 RSS 评论 我要评论 我要纠错
保存 下载 背景色 默认 护眼
"""
_CONTROLS = frozenset(_CONTROL_WORDS.split())
_SEPARATORS = re.compile(r"[\s|｜/\\·•,，、\[\]【】()（）:：\-—<>＞»›+]+")
_FOOTER = re.compile(
    r"版权所有|ICP备|公网安备|网站标识码|Copyright|©|All Rights Reserved",
    re.IGNORECASE,
)
_SENTENCE_MARK = re.compile(r"[。！？；]|[!?;](?:\s|$)")
# Marks that end what stands on the line above count as text, decoration does not.
_WORD = re.compile(r"[^\W_]|[。！？；，、：”’」』）》】%％‰℃]")

# The stock of words that spam injected into hacked pages is made of.
_SPAM_WORDS = re.compile(
    r"免费观看|在线观看|免费视频|在线播放|高清|无码|有码|一区|二区|三区|自拍|自产拍|成人|av|国产|"
    r"亚洲|欧美|日韩|激情|色情|人妻|熟女|少妇|情色|伦理|福利|卡\d卡|精品一|毛片|黄片|约炮|"
    r"博彩|彩票|娱乐城|百家乐|老虎机|棋牌|赌场|开户|时时彩|六合彩|菠菜|投注|体育平台|app下载|"
    r"代开发票|办证|私服|外挂|贷款秒批|刷单|迷药|壮阳|减肥药",
    re.IGNORECASE,
)
_SPAM_SPLIT = re.compile(r"[,，|、_\s-]+")


def is_breadcrumb(line: str) -> bool:
    text = to_simplified(line)
    known = _BREADCRUMB.search(text) or _PATH.match(text) or _STEPS.match(text)
    return known is not None and len(text) <= 120


def is_image_name(line: str) -> bool:
    return bool(_IMAGE.match(line))


def is_page_number(line: str) -> bool:
    return bool(_PAGE.match(to_simplified(line)))


def is_page_break(line: str) -> bool:
    """A page number that is no value either: among the cells of a table 9/10 may be one."""
    return bool(_SURE_PAGE.match(to_simplified(line)))


def has_text(line: str) -> bool:
    return bool(_WORD.search(_COMMENT.sub("", line)))


def is_control(line: str) -> bool:
    """Whether a line is made of the words of buttons and switches only."""
    tokens = [token for token in _SEPARATORS.split(to_simplified(line)) if token]
    if not tokens or len(line) > 120:
        return False
    known = [token for token in tokens if token in _CONTROLS]
    rest = [token for token in tokens if token not in _CONTROLS]
    return bool(known) and all(token.isdigit() for token in rest)


def is_site_footer(line: str) -> bool:
    return bool(_FOOTER.search(to_simplified(line))) and len(line) <= 200


def is_short_label(line: str, longest: int = 40) -> bool:
    """No sentence, short: a menu entry, a label, a title."""
    return len(line) <= longest and not _SENTENCE_MARK.search(line)


def may_be_spam(line: str, edge: bool) -> bool:
    """A list without a sentence that has spam vocabulary: two kinds of it, or one at the
    very edge of the page."""
    if len(line) < 8 or _SENTENCE_MARK.search(line):
        return False
    words = {match.group().lower() for match in _SPAM_WORDS.finditer(line)}
    parts = [part for part in _SPAM_SPLIT.split(line) if part]
    if not words or len(parts) < 2:
        return False
    return len(words) >= (1 if edge and len(parts) >= 4 else 2)


def is_foreign(line: str, others: Sequence[str]) -> bool:
    """Whether a line shares next to no character pairs with the rest of its document."""
    return _overlap(line, others) < 0.2


def _overlap(line: str, others: Sequence[str]) -> float:
    """The share of the line's character pairs that the rest of the document has too."""
    pairs = {line[at : at + 2] for at in range(len(line) - 1) if line[at : at + 2].isalnum()}
    if not pairs:
        return 1.0
    body = "\n".join(others)
    return sum(pair in body for pair in pairs) / len(pairs)
