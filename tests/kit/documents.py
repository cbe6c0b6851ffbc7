"""Official documents for tests."""

import datetime as dt

from shared.campaign import Document

DECISION = Document(
    number="1101/QĐ-BNV", date=dt.date(2020, 12, 21), issuer="Bộ Nội vụ", abstract="Phê duyệt và công bố kết quả"
)
