"""Invented Vietnamese names in the weights of the census; every person is made up."""

from __future__ import annotations

from random import Random

# Surnames with rough shares in percent (a few surnames cover most people).
SURNAMES = (
    ("Nguyễn", 38), ("Trần", 11), ("Lê", 10), ("Phạm", 7), ("Huỳnh", 3), ("Hoàng", 2),
    ("Phan", 5), ("Vũ", 2), ("Võ", 3), ("Đặng", 3), ("Bùi", 2), ("Đỗ", 2), ("Hồ", 2),
    ("Ngô", 2), ("Dương", 2), ("Lý", 1), ("Đinh", 1), ("Trương", 2), ("Lâm", 1), ("Mai", 1),
)  # fmt: skip
WOMEN_MIDDLE = ("Thị", "Thị", "Thị", "Thị Kim", "Thị Thanh", "Ngọc", "Thị Bích", "Kim", "Thu")
WOMEN_GIVEN = (
    "Lan", "Hoa", "Hồng", "Mai", "Hương", "Nga", "Thủy", "Liên", "Loan", "Cúc", "Yến", "Phượng",
    "Tuyết", "Bé", "Xuân", "Hạnh", "Dung", "Nhung", "Oanh", "Thảo", "Vân", "Ánh", "Đào", "Sương",
)  # fmt: skip
MEN_MIDDLE = ("Văn", "Văn", "Văn", "Hữu", "Đức", "Minh", "Quang", "Công", "Ngọc", "Thanh", "Xuân")
MEN_GIVEN = (
    "An", "Bình", "Cường", "Dũng", "Đạt", "Hải", "Hùng", "Hòa", "Khánh", "Lâm", "Long", "Minh",
    "Nam", "Phúc", "Quý", "Sơn", "Tâm", "Thắng", "Thành", "Tiến", "Toàn", "Trung", "Tuấn", "Út",
)  # fmt: skip


def full_name(random: Random, sex: str) -> str:
    """A name for a woman ("female") or a man ("male")."""
    surname = random.choices([s for s, _ in SURNAMES], [w for _, w in SURNAMES])[0]
    if sex == "female":
        return f"{surname} {random.choice(WOMEN_MIDDLE)} {random.choice(WOMEN_GIVEN)}"
    return f"{surname} {random.choice(MEN_MIDDLE)} {random.choice(MEN_GIVEN)}"
