"""Code that needs no memory of its own: constants, small numbers, what is there already."""


class Box:
    def __init__(self):
        self.value = 1
        self.other = 2
        self.table = {"k": 1, "n": 2}
        self.rows = [3, 1, 2]
        self.names = {"a", "b"}

    def take(self, value):
        self.value = value
        return value


def work(box):
    table, rows = box.table, box.rows
    box.value = 5
    box.other = box.value
    box.value += 1
    table["k"] = 7
    table["k"] += 1
    rows[0] = table["k"]
    rows[1] = 2
    if "n" in table and "z" not in table and "a" in box.names:
        box.other = 3
    if len(rows) == 3 and rows:
        box.other = rows[2]
    box.take(9)
    if box.take(4) == 4:
        table["n"] = box.take(8)
    return box.value == 8 and box.other == 2
