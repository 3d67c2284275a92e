"""Who works here now."""

from bloodview.core.person import Person, present, system_user


def test_the_person_chosen_has_the_role_of_the_list() -> None:
    staff = (Person("Ada", "pathologist"), Person("Bo"))
    assert present("Ada", staff) == Person("Ada", "pathologist")
    assert present("Cy", staff) == Person("Cy")
    assert present("", staff).name == system_user()
    assert Person("Ada", "pathologist").shown == "Ada, pathologist"
