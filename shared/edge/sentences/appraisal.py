"""Sentences of appraisal."""

SENTENCES: dict[str, tuple[str, str]] = {
    "body.council_not_foreseen": (
        "Quy trình của kỳ đánh giá {campaign} không có Hội đồng.",
        "The process of campaign {campaign} has no council.",
    ),
    "body.member_repeated": (
        "{actor} được ghi nhiều lần trong quyết định thành lập.",
        "{actor} is named more than once in the decision.",
    ),
    "body.not_established": (
        "Chưa có quyết định thành lập ({body}); hãy thành lập trước khi làm việc này.",
        "No decision has established the {body} yet: establish it first.",
    ),
    "body.not_member": (
        "{actor} không có tên trong quyết định thành lập ({body}).",
        "{actor} is not named in the decision that established the {body}.",
    ),
    "body.own_unit": (
        "Không ai được thẩm định đơn vị của chính mình ({unit}); hãy để thành viên khác thẩm định.",
        "Nobody judges their own unit ({unit}): let another member do it.",
    ),
    "round.not_foreseen": (
        "Quy trình của kỳ đánh giá không có vòng thẩm định {stage}.",
        "The process of this campaign has no {stage}.",
    ),
    "round.submissions_open": (
        "Chưa kết thúc tiếp nhận phiếu tự chấm nên chưa thể thẩm định ({stage}).",
        "Sheets may still come in: {stage} begins once submissions are closed.",
    ),
    "round.earlier_round_open": (
        "Vòng {earlier} chưa kết thúc nên chưa thể thẩm định vòng {stage}.",
        "{earlier} is not closed yet, so {stage} cannot begin.",
    ),
    "round.over": ("Vòng thẩm định {stage} đã kết thúc.", "{stage} is closed."),
    "round.confirmation_awaited": (
        "Đơn vị {unit} chưa xác nhận số liệu và thời hạn xác nhận ({deadline_at}) chưa hết.",
        "Unit {unit} has not answered the first round and may do so until {deadline_at}.",
    ),
    "round.nothing_stands": (
        "Tiêu chí {criterion} của {unit} chưa có điểm nào để giữ nguyên; hãy cho điểm hoặc ghi rõ trạng thái.",
        "Nothing has been said on criterion {criterion} of {unit} that could stand: give points, inputs or a state.",
    ),
    "round.reason_missing": (
        "Kết quả thẩm định tiêu chí {criterion} của {unit} khác với kết quả trước; cần mã lý do và nội dung lý do.",
        "The verdict on criterion {criterion} of {unit} differs from what stood: give a reason code and a text.",
    ),
    "round.evidence_not_handed_in": (
        "Kết quả thẩm định tiêu chí {criterion} của {unit} dẫn tệp {sha256} mà đơn vị chưa nộp; hãy dẫn số văn bản.",
        "The verdict on {criterion} of {unit} cites file {sha256}, which it did not hand in: cite it by its number.",
    ),
    "round.criterion_repeated": (
        "Tiêu chí {criterion} của {unit} được ghi hai lần trong một yêu cầu.",
        "Criterion {criterion} of {unit} is named twice in one request.",
    ),
    "round.incomplete": (
        "Chưa thể kết thúc vòng {stage}: còn {count} tiêu chí chưa thẩm định ({missing}).",
        "{stage} cannot be closed: {count} criteria have no verdict yet ({missing}).",
    ),
    "round.not_team_lead": (
        "Chỉ người vận hành, tổ trưởng hoặc tổ phó được kết thúc vòng thẩm định; {actor} thì không.",
        "A round is closed by an operator or the team's lead or deputy lead, not by {actor}.",
    ),
    "desk.round_open": (
        "Kết quả thẩm định của {unit} chỉ được xem sau khi vòng thẩm định kết thúc.",
        "What was said on {unit} can be seen once the round is closed.",
    ),
    "run.unknown": ("Không có dự thảo kết quả nào mang mã băm {run}.", "No draft of the results has the digest {run}."),
    "run.stale_draft": (
        "Dự thảo {run} không còn phản ánh kết quả hiện tại; hãy xem bản mới nhất hoặc chờ bản đang được lập.",
        "Draft {run} is not what counts any more: look at the newest one, or wait for the one that is due.",
    ),
    "council.not_foreseen": (
        "Quy trình của kỳ đánh giá {campaign} không có Hội đồng nên không có bước này.",
        "Campaign {campaign} has no council, so there is no such step.",
    ),
    "council.rounds_open": (
        "Hội đồng chỉ làm việc sau khi vòng {stage} kết thúc.",
        "The council speaks once {stage} is closed.",
    ),
    "council.already_accepted": (
        "Dự thảo {run} đã được nghiệm thu; muốn sửa điểm, Hội đồng phải trả lại dự thảo trước.",
        "Draft {run} was accepted: the council has to send it back before it changes a score.",
    ),
    "council.nothing_changed": (
        "Tiêu chí {criterion} của {unit} đã có đúng kết quả này.",
        "Criterion {criterion} of {unit} stands like this already.",
    ),
    "council.reason_needed": (
        "Hội đồng sửa điểm tiêu chí {criterion} của {unit} thì phải ghi mã lý do và nội dung lý do.",
        "To change criterion {criterion} of {unit} the council gives a reason code and a text.",
    ),
    "council.comments_needed": (
        "Trả lại dự thảo {run} thì phải ghi ý kiến của Hội đồng.",
        "To send draft {run} back the council says what is to be done.",
    ),
    "council.presence_wrong": (
        "Danh sách dự họp không đúng: {actors} (chỉ gồm thành viên Hội đồng, trong đó có người ghi).",
        "The list of those present is wrong: {actors} (members only, whoever enters it among them).",
    ),
    "council.nobody_left": (
        "Những người dự họp đều thuộc đơn vị {unit}, nên không ai được nghiệm thu cho đơn vị này; cần thành viên khác.",
        "All who are present belong to {unit}, so nobody may accept its results: another member has to be present.",
    ),
    "council.finding_unknown": (
        "Dự thảo không có phát hiện: {findings}.",
        "The draft has no such findings: {findings}.",
    ),
    "council.findings_open": (
        "Hội đồng phải ghi nhận từng phát hiện trước khi nghiệm thu; còn {count}: {findings}.",
        "Before it accepts, the council takes note of each finding; {count} are left: {findings}.",
    ),
    "approval.not_accepted": (
        "Hội đồng chưa nghiệm thu kết quả {run} nên chưa thể phê duyệt.",
        "The council has not accepted run {run}, so it cannot be approved.",
    ),
    "approval.findings_unseen": (
        "Sau khi Hội đồng nghiệm thu kết quả {run} có {count} phát hiện mới; Hội đồng cần xem xét lại: {findings}.",
        "Since the council accepted run {run}, {count} findings came; it has to review the run again: {findings}.",
    ),
    "approval.already_approved": ("Kết quả {run} đã được phê duyệt.", "Run {run} is approved already."),
}
