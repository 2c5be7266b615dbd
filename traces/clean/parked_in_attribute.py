"""What belongs to one request is kept in a local variable: nothing to find."""

import asyncio


class Bot:
    def __init__(self):
        self.chat = None
        self.replies = []

    async def ask(self, chat):
        mine = chat
        await asyncio.sleep(0)  # the user types
        self.replies.append((chat, str(mine)))


async def main():
    bot = Bot()
    await asyncio.gather(bot.ask("ann"), bot.ask("bob"))
    wrong = [chat for chat, answered in bot.replies if chat != answered]
    print("OK" if not wrong else f"BAD: {wrong} were answered in somebody else's chat")


if __name__ == "__main__":
    asyncio.run(main())
