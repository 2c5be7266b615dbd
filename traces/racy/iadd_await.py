"""`x += await f()` reads x before it awaits: a lost update of Report.total on one line."""

import asyncio


class Report:
    def __init__(self):
        self.total = 0


async def size_of(page):
    await asyncio.sleep(0)
    return page


async def visit(report, page):
    report.total += await size_of(page)


async def main():
    report = Report()
    await asyncio.gather(*(visit(report, page) for page in range(1, 11)))
    print("OK" if report.total == 55 else f"BAD: 55 bytes, counted {report.total}")


if __name__ == "__main__":
    asyncio.run(main())
