"""Who works here now."""

from bloodview.core.person import Person, present, system_user, with_person


def test_the_person_chosen_has_the_role_of_the_list() -> None:
    staff = (Person("Ada", "pathologist"), Person("Bo"))
    assert present("Ada", staff) == Person("Ada", "pathologist")
    assert present("Cy", staff) == Person("Cy")
    assert present("", staff).name == system_user()
    assert Person("Ada", "pathologist").shown == "Ada, pathologist"


def test_a_name_stands_in_the_list_once() -> None:
    staff = (Person("Ada"), Person("Bo"))
    assert with_person(staff, Person("Ada", "pathologist")) == (Person("Ada", "pathologist"), Person("Bo"))
    assert with_person(staff, Person("Cy")) == (*staff, Person("Cy"))
