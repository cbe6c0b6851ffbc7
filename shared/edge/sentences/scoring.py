"""Sentences of scoring."""

SENTENCES: dict[str, tuple[str, str]] = {
    "score.results_published": (
        "Kết quả đã được công bố, điểm của {unit} không thay đổi nữa; muốn đính chính phải bắt đầu từ Hội đồng.",
        "The results are published, the scores of {unit} stand; a correction begins with the council.",
    ),
    "score.stage_not_foreseen": (
        "Quy trình của kỳ đánh giá không có bước chấm điểm {stage}.",
        "The process of this campaign has no stage {stage} of appraisal.",
    ),
    "standings.round_differs": (
        "Vòng thẩm định {stage} chốt {count} điểm nhưng hệ thống nhận được {heard}, hoặc nội dung không trùng khớp.",
        "Round {stage} closed {count} words, {heard} were heard, or they are not the same.",
    ),
    "standings.run_unknown": (
        "Kỳ đánh giá {campaign} không có dự thảo xếp hạng mang mã {run}.",
        "Campaign {campaign} has no draft with digest {run}.",
    ),
    "standings.nothing_drafted": (
        "Kỳ đánh giá {campaign} chưa có dự thảo xếp hạng.",
        "Campaign {campaign} has no draft of a ranking yet.",
    ),
    "release.not_published_yet": (
        "Kết quả kỳ đánh giá {campaign} chưa được công bố.",
        "The results of campaign {campaign} are not published yet.",
    ),
    "release.nothing_published": (
        "Kỳ đánh giá {campaign} chưa công bố kết quả.",
        "Campaign {campaign} has published nothing yet.",
    ),
}
PUBLICATION_REASONS: dict[str, tuple[str, str]] = {
    "not_drafted": ("Chưa có dự thảo xếp hạng nào.", "There is no draft yet."),
    "rounds_open": ("Còn vòng thẩm định chưa kết thúc.", "A round of appraisal is still open."),
    "inconsistent": (
        "Kết quả hiện có không nhất quán hoặc còn thiếu điểm.",
        "What stands contradicts itself, or a score is missing.",
    ),
    "digest_differs": (
        "Kết quả được phê duyệt không trùng với kết quả hiện có.",
        "What was approved is not what stands.",
    ),
    "already_published": ("Kết quả này đã được công bố.", "This run is published already."),
}
"""Why an approval led to no release, by the reason that ``PublicationRefused`` carries."""
