"""Compare in one step, set in the next: a compare-and-set that is none, a lost update of Document.text."""

import asyncio


class Document:
    def __init__(self):
        self.text = ""

    async def append(self, word):
        while True:
            seen = self.text
            await asyncio.sleep(0)
            if self.text == seen:
                await asyncio.sleep(0)
                self.text = seen + word
                return


async def main():
    document = Document()
    await asyncio.gather(document.append("a"), document.append("b"), document.append("c"))
    print("OK" if len(document.text) == 3 else f"BAD: {document.text!r}")


if __name__ == "__main__":
    asyncio.run(main())
