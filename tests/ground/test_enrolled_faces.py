"""The gallery follows the database: enrolments, changes and erasures of others, whatever their order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.simulation.fake_bank import CustomerRow, FakeBank
from atm_app.simulation.fake_stores import FakeTemplates
from biometric.face.gallery import InMemoryFaceGallery
from tests.world import face_of

CUSTOMERS = 5
Change = tuple[str, int]
CHANGES = st.lists(st.tuples(st.sampled_from(["enrol", "erase", "refresh"]), st.integers(1, CUSTOMERS)), max_size=40)


class Branch:
    """Enrols and erases; template ids count up as the database's do."""

    def __init__(self) -> None:
        self.bank = FakeBank.__new__(FakeBank)
        self.bank.customers = {}
        self.templates = FakeTemplates(self.bank)
        self.counter = 0

    def enrol(self, customer_id: int) -> None:
        self.counter += 1
        row = self.bank.customers.setdefault(customer_id, CustomerRow(None))  # type: ignore[arg-type]
        row.face, row.face_version = face_of(self.counter), self.counter

    def erase(self, customer_id: int) -> None:
        if customer_id in self.bank.customers:
            self.bank.customers[customer_id].face = None


@settings(max_examples=200, deadline=None)
@given(before=CHANGES, changes=CHANGES, limit=st.integers(1, CUSTOMERS))
def test_after_a_refresh_the_gallery_is_what_the_database_has(
    before: list[Change], changes: list[Change], limit: int
) -> None:
    branch, gallery = Branch(), InMemoryFaceGallery()
    faces = EnrolledFaces(branch.templates, gallery, limit)
    for what, customer_id in before:
        if what != "refresh":
            getattr(branch, what)(customer_id)
    faces.load()
    for what, customer_id in [*changes, ("refresh", 0)]:
        if what != "refresh":
            getattr(branch, what)(customer_id)
            continue
        faces.refresh()
        there = dict(branch.templates.faces())
        assert faces.may_identify is (len(there) <= limit)
        assert gallery.customers() == (frozenset(there) if len(there) <= limit else frozenset())
        for customer_id in gallery.customers():
            assert gallery.nearest((there[customer_id],), 1)[0].customer_id == customer_id


def test_a_face_that_was_written_before_another_and_seen_after_it_is_known() -> None:
    """At two servers of a cluster, or in two transactions of one."""
    branch, gallery = Branch(), InMemoryFaceGallery()
    faces = EnrolledFaces(branch.templates, gallery, CUSTOMERS)
    branch.enrol(1)
    late = branch.bank.customers.pop(1)
    branch.enrol(2)
    faces.load()
    branch.bank.customers[1] = late
    faces.refresh()
    assert gallery.customers() == {1, 2}
    branch.bank.customers[2].face, branch.bank.customers[3] = None, late
    faces.refresh()
    assert gallery.customers() == {1, 3}, "one more and one less is a change as well"
