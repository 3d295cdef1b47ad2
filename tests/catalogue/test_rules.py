import pytest

from training_app.catalogue.rules import Step, load_step


@pytest.mark.parametrize(
    ("folder", "loaded", "published", "step"),
    [
        ("a", None, None, Step.PUBLISH),
        ("a", "a", "a", Step.SAME),
        ("b", "a", "a", Step.PUBLISH),
        ("a", "a", "b", Step.KEEP),
        ("b", "a", "c", Step.CONFLICT),
        ("b", "a", "b", Step.SAME),
        ("a", None, "b", Step.CONFLICT),
        ("a", "a", None, Step.PUBLISH),
    ],
)
def test_the_side_that_changed_wins_and_two_changes_need_a_choice(
    folder: str, loaded: str | None, published: str | None, step: Step
) -> None:
    assert load_step(folder, loaded, published) is step
