"""One question of each kind."""

from typing import Any

from training_app.questions.source import (
    Match,
    Multiple,
    Order,
    Question,
    Short,
    Single,
    TrueFalse,
    Written,
)

COMMON: dict[str, Any] = {
    "topic": "grounds",
    "stem": "Câu hỏi thử?",
    "explanation": "Vì luật nói thế.",
    "cites": ["luat-35-2013-qh13#20"],
}

SINGLE = Single.model_validate(
    COMMON
    | {
        "id": "q1",
        "option": [
            {"id": "a", "text": "Ngay trong ngày", "why": "Luật cho thời gian chuẩn bị."},
            {"id": "b", "text": "Trong ba ngày", "right": True},
            {"id": "c", "text": "Trong ba mươi ngày"},
        ],
    }
)
MULTIPLE = Multiple.model_validate(
    COMMON
    | {
        "id": "q2",
        "credit": "per_option",
        "option": [
            {"id": "a", "text": "Một bên nhờ", "right": True},
            {"id": "b", "text": "Tổ trưởng phân công", "right": True},
            {"id": "c", "text": "Có giấy giới thiệu"},
            {"id": "d", "text": "Có tiền thù lao"},
        ],
    }
)
TRUE_FALSE = TrueFalse.model_validate(
    COMMON
    | {
        "id": "q3",
        "answer": False,
        "reason": [
            {"id": "x", "text": "Vì luật cấm"},
            {"id": "y", "text": "Vì các bên tự nguyện", "right": True},
        ],
    }
)
ORDER = Order.model_validate(
    COMMON
    | {
        "id": "q4",
        "step": [
            {"id": "s1", "text": "Nghe từng bên"},
            {"id": "s2", "text": "Tìm cách giải quyết"},
            {"id": "s3", "text": "Ghi sổ"},
        ],
    }
)
MATCH = Match.model_validate(
    COMMON
    | {
        "id": "q5",
        "pair": [
            {"id": "p1", "left": "Cây nghiêng sang nhà bên", "right": "Điều 175"},
            {"id": "p2", "left": "Nhặt được của rơi", "right": "Điều 230"},
            {"id": "p3", "left": "Lối đi qua", "right": "Điều 254"},
        ],
        "extra": ["Luật Đất đai"],
    }
)
SHORT = Short.model_validate(COMMON | {"id": "q6", "accept": ["ba ngày", "3 ngày"]})
WRITTEN = Written.model_validate(
    COMMON
    | {
        "id": "q8",
        "use": "test",
        "model": "Nghe từng bên trước.\nSau đó gặp cả hai bên.",
        "criterion": [
            {"id": "hear", "text": "Nghe từng bên", "points": 4},
            {"id": "calm", "text": "Giữ bình tĩnh", "points": 3},
        ],
    }
)
SAFETY = Single.model_validate(
    COMMON
    | {
        "id": "q7",
        "safety": True,
        "option": [
            {"id": "a", "text": "Khuyên hai người làm lành", "harmful": True},
            {"id": "b", "text": "Dừng lại, báo công an", "right": True},
            {"id": "c", "text": "Hẹn tuần sau"},
        ],
    }
)

EVERY_KIND: list[Question] = [SINGLE, MULTIPLE, TRUE_FALSE, ORDER, MATCH, SHORT, WRITTEN]
