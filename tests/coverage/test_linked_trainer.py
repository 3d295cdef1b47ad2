"""A trainer recorded twice and linked keeps the classes of both rows."""

from tests.coverage.scene import Scene
from tests.coverage.teaching import desk_of, hold_class, trainer
from tests.factories import records as make


def test_a_class_taught_under_a_linked_record_opens_for_the_trainer(scene: Scene) -> None:
    teacher = trainer(scene, "Phạm Văn Thầy")
    twin = make.person(scene.session, "Phạm Văn Thầy", linked_to=teacher)
    stranger = make.person(scene.session, "Lê Văn Khác")
    own = hold_class(scene, twin, title="Lớp của bản ghi kia")
    other = hold_class(scene, stranger, title="Lớp của người khác")
    client = desk_of(scene, teacher)
    assert "Lớp của bản ghi kia" in client.get("/classes/").text
    client.get(f"/classes/{own.id}/")
    client.get(f"/classes/{other.id}/", 404)
