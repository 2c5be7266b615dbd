"""The second stage waits for an event that the first one sets at its end: ordered, nothing to find."""

import asyncio


class Schema:
    def __init__(self):
        self.version = 1
        self.first_done = asyncio.Event()

    async def migrate(self):
        version = self.version
        await asyncio.sleep(0.001)
        self.version = version + 1


async def first_stage(schema):
    await schema.migrate()
    schema.first_done.set()


async def second_stage(schema):
    await schema.first_done.wait()
    await schema.migrate()


async def main():
    schema = Schema()
    await asyncio.gather(first_stage(schema), second_stage(schema))
    print("OK" if schema.version == 3 else f"BAD: version {schema.version}")


if __name__ == "__main__":
    asyncio.run(main())
