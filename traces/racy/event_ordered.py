"""Two stages of a migration change one version; the second starts on a timer and not on the first's end:
predicted."""

import asyncio


class Schema:
    def __init__(self):
        self.version = 1

    async def migrate(self):
        version = self.version
        await asyncio.sleep(0.001)
        self.version = version + 1


async def first_stage(schema):
    await schema.migrate()


async def second_stage(schema):
    await asyncio.sleep(0.05)  # long enough, surely
    await schema.migrate()


async def main():
    schema = Schema()
    await asyncio.gather(first_stage(schema), second_stage(schema))
    print("OK" if schema.version == 3 else f"BAD: version {schema.version}")


if __name__ == "__main__":
    asyncio.run(main())
