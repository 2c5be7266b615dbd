"""The await taken out of the sum: read and write share a step, nothing to find."""

import asyncio


class Report:
    def __init__(self):
        self.total = 0


async def size_of(page):
    await asyncio.sleep(0)
    return page


async def visit(report, page):
    size = await size_of(page)
    report.total += size


async def main():
    report = Report()
    await asyncio.gather(*(visit(report, page) for page in range(1, 11)))
    print("OK" if report.total == 55 else f"BAD: 55 bytes, counted {report.total}")


if __name__ == "__main__":
    asyncio.run(main())
