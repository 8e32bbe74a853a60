from reviews.tests import review_case as case


def test_smoke(manager, owner):
    c = case.running(manager, owner)
    rows = case.reviews_of(c)

    case.closed(rows[0], manager, Quality="4", Cost="3")

    assert len(rows) == 3
