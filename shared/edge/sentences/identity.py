"""Sentences about signing in."""

SENTENCES: dict[str, tuple[str, str]] = {
    "identity.sign_in_refused": (
        "Sai tên đăng nhập hoặc mật khẩu, hoặc tài khoản tạm khóa (tối đa 1 giờ). Kiểm tra bộ gõ, Caps Lock.",
        "Login and password do not fit, or the account is locked for up to an hour. Check keyboard and Caps Lock.",
    ),
    "identity.code_wrong": (
        "Mã sáu số không đúng, đã dùng hoặc hết hạn. Chờ mã tiếp theo; điện thoại phải đúng giờ.",
        "The six digits are not those of now, or were used. Wait for the next; the phone's clock must be right.",
    ),
    "identity.sign_in_expired": (
        "Lần đăng nhập này đã hết hạn hoặc mở từ trình duyệt khác. Mở lại trang và đăng nhập lại.",
        "This sign-in took too long or was begun in another browser. Open the page again and begin anew.",
    ),
    "identity.password_too_short": (
        "Mật khẩu phải có ít nhất {least} ký tự. Một câu dễ nhớ là đủ; không bắt buộc chữ hoa, số, ký hiệu.",
        "A password has at least {least} characters. A sentence will do; no capitals or signs needed.",
    ),
    "identity.password_too_long": ("Mật khẩu có nhiều nhất {most} ký tự.", "A password has at most {most} characters."),
    "identity.passwords_differ": (
        "Hai lần nhập mật khẩu mới không giống nhau. Nhập lại cả hai ô.",
        "The new password was not typed the same twice. Type it again in both fields.",
    ),
    "identity.login_taken": (
        "Tên đăng nhập {login} hoặc mã {id} đã có người dùng. Chọn tên khác.",
        "Login {login} or id {id} belongs to somebody else. Choose another one.",
    ),
    "identity.login_unusable": (
        "Tên đăng nhập {login} không dùng được: không có dấu cách, nhiều nhất 200 ký tự.",
        "Login {login} cannot be used: no blanks, at most 200 characters.",
    ),
    "identity.account_unknown": (
        "Không có tài khoản {account}. Xem danh sách bằng: ictindex user list.",
        "There is no account {account}. See them with: ictindex user list.",
    ),
    "identity.invitation_over": (
        "Liên kết mời này đã dùng hoặc hết hạn. Đề nghị người vận hành gửi liên kết mới.",
        "This invitation was used, or its time is over. Ask the operator for a new one.",
    ),
    "identity.no_membership": (
        "{name} chưa có vai trò nào còn hiệu lực hôm nay. Liên hệ người vận hành.",
        "{name} has no role in any agency today. Ask the operator.",
    ),
    "identity.membership_unknown": (
        "Vai trò này không còn hiệu lực hôm nay. Tải lại trang để xem các vai trò hiện có.",
        "That role is not in force today. Load the page again to see yours.",
    ),
    "identity.provider_silent": (
        "Hệ thống đăng nhập {issuer} không trả lời đúng. Thử lại sau; nếu còn lỗi, báo người vận hành.",
        "The sign-in system {issuer} does not answer as it should. Try again later, then tell the operator.",
    ),
    "identity.provider_refused": (
        "Hệ thống đăng nhập từ chối ({why}). Đăng nhập lại từ đầu.",
        "The sign-in system refused ({why}). Begin again.",
    ),
}
