"""What playing a year says, by code."""

SENTENCES: dict[str, tuple[str, str]] = {
    "history.campaign_ambiguous": (
        "Nhiều cơ quan có kỳ đánh giá {campaign}; hãy viết rõ: {choices}.",
        "Several agencies have a campaign {campaign}; say which: {choices}.",
    ),
    "player.act_refused": (
        "Hệ thống từ chối một việc có trong kịch bản năm ({path}): {title}",
        "The system refused something that the year file says was done ({path}): {title}",
    ),
    "player.act_allowed": (
        "Hệ thống đã cho phép một việc lẽ ra phải từ chối ({actor}, {path}).",
        "The system allowed what it must refuse ({actor}, {path}).",
    ),
    "player.refused_otherwise": (
        "Hệ thống từ chối vì lý do {found}, lẽ ra phải là {expected} ({actor}, {path}).",
        "The system refused for the reason {found}, and had to for {expected} ({actor}, {path}).",
    ),
    "player.server_silent": (
        "Máy chủ không trả lời sau nhiều lần thử ({path}): {reason}",
        "The server did not answer after many tries ({path}): {reason}",
    ),
    "inquiry.server_unreachable": ("Không kết nối được {url}: {reason}", "{url} cannot be reached: {reason}"),
    "inquiry.refused": ("Máy chủ từ chối ({status}): {title}", "The server refused ({status}): {title}"),
}
