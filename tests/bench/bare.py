"""The ceiling: the same hops with nothing in them, as two bare processes over the same PostgreSQL and RabbitMQ.

`commands` writes a row and its outbox row in one statement and relays; `watch` consumes, keeps facts and streams.
"""

import argparse
import asyncio
import gc
import json
import os
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import asyncpg
from aio_pika.abc import AbstractIncomingMessage
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from deploy.serving import listen, serve

QUEUE = "bare"
TABLES = """
CREATE TABLE placement (placement uuid PRIMARY KEY, version int NOT NULL, weekly_pence bigint NOT NULL);
CREATE TABLE outbox (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);
CREATE TABLE fact (placement uuid, version int, recorded_at timestamptz NOT NULL, weekly_pence bigint,
    PRIMARY KEY (placement, version))"""
COMMAND = """WITH changed AS (
    INSERT INTO placement AS p VALUES ($1, 1, $2)
    ON CONFLICT (placement) DO UPDATE SET version = p.version + 1, weekly_pence = excluded.weekly_pence
    RETURNING version)
INSERT INTO outbox (body) SELECT replace($3, '"version":0', '"version":' || version) FROM changed"""
SWEEP = """DELETE FROM outbox WHERE position IN (SELECT position FROM outbox ORDER BY position LIMIT 5000)
    RETURNING position, body"""
RECORD = """INSERT INTO fact SELECT * FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::bigint[])
    ON CONFLICT DO NOTHING"""
ENVELOPE = (
    '{"specversion":"1.0","id":"%s","source":"/placements","type":"placements.placement_repriced.v1","subject":"%s",'
    '"time":"2026-03-02T12:00:00.000000+00:00","datacontenttype":"application/json",'
    '"dataschema":"/schemas/placements.placement_repriced.v1.json","authority":"E09000033","data":{"placement":"%s",'
    '"authority":"E09000033","version":0,"prices":[{"element":"social_care","starts":"2026-03-02","ends":null,'
    '"weekly_pence":%d}]}}'
)


class Bare:
    """What both processes share: an ASGI application with a life."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Connect and begin."""
        self.pool = await asyncpg.create_pool(os.environ["BENCH_DATABASE"], min_size=10, max_size=10)
        self.broker = await aio_pika.connect(os.environ["BENCH_BROKER"])
        self.channel = await self.broker.channel(publisher_confirms=True)
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 50, 100)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.answer(scope, receive, send)
            return
        await receive()
        await self.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in self.tasks:
            task.cancel()
        await self.broker.close()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})


async def reply(send: Send, body: bytes) -> None:
    """200, with its length."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Placing(Bare):
    """`POST /<placement>` writes; any `GET` does nothing but answer."""

    def __init__(self, relaying: bool) -> None:
        super().__init__()
        self._filled = asyncio.Event()
        self._relaying = relaying

    async def open(self) -> None:
        await super().open()
        if self._relaying:
            await self.channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
            self.tasks.append(asyncio.create_task(self._relay()))

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        if scope["method"] == "POST":
            await self.record(UUID(scope["path"][1:]), json.loads(body)["weekly_pence"])
        await reply(send, b'{"done":true}')

    async def record(self, placement: UUID, pence: int) -> None:
        """Row and outbox row in one statement that commits itself."""
        await self.pool.execute(COMMAND, placement, pence, ENVELOPE % (uuid4(), placement, placement, pence))
        self._filled.set()

    async def _relay(self) -> None:
        async with self.pool.acquire() as connection:
            while True:
                self._filled.clear()
                rows = sorted(await connection.fetch(SWEEP), key=lambda row: row["position"])
                for start in range(0, len(rows), 500):
                    body = f"[{','.join(row['body'] for row in rows[start : start + 500])}]".encode()
                    message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
                    await self.channel.default_exchange.publish(message, QUEUE)
                if not rows:
                    await self._filled.wait()


class Price(BaseModel):
    """What a command says."""

    starts: date
    weekly_pence: int


class Validating(Placing):
    """The same statement behind the framework we use: a validated form in, an answer out, and nothing else."""

    def __init__(self) -> None:
        super().__init__(relaying=False)
        self._app = FastAPI(openapi_url=None)
        self._app.post("/{placement}")(self._reprice)
        self._app.get("/{rest:path}")(self._hello)

    async def _reprice(self, placement: UUID, form: Price) -> Price:
        await self.record(placement, form.weekly_pence)
        return form

    async def _hello(self) -> dict[str, bool]:
        return {"done": True}

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class Watching(Bare):
    """`GET /stream` tells the total after every batch."""

    def __init__(self) -> None:
        super().__init__()
        self._arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._watchers: set[asyncio.Queue[bytes]] = set()
        self._pence: dict[str, int] = {}
        self._total = 0

    async def open(self) -> None:
        await super().open()
        await self.channel.set_qos(prefetch_count=50)
        queue = await self.channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        await queue.consume(self._arrived.put)
        self.tasks.append(asyncio.create_task(self._consume()))

    async def _consume(self) -> None:
        while True:
            message = await self._arrived.get()
            told = json.loads(message.body)
            while len(told) < 500 and not self._arrived.empty():
                message = self._arrived.get_nowait()
                told += json.loads(message.body)
            rows = [
                (t["subject"], t["data"]["version"], datetime.fromisoformat(t["time"]), _pence_of(t["data"]))
                for t in told
            ]
            await self.pool.execute(RECORD, *zip(*rows, strict=True))
            await message.ack(multiple=True)
            self._tell(rows)

    def _tell(self, rows: list[tuple[str, int, datetime, int]]) -> None:
        for placement, _, _, pence in rows:
            self._total += pence - self._pence.get(placement, 0)
            self._pence[placement] = pence
        payload = b'data: [{"measure":"weekly_cost","numerator":%d}]\n\n' % self._total
        for watcher in self._watchers:
            watcher.put_nowait(payload)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/stream":
            await reply(send, b"{}")
            return
        mine: asyncio.Queue[bytes] = asyncio.Queue()
        self._watchers.add(mine)
        leaving = asyncio.create_task(self._left(receive, mine))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        while payload := await mine.get():
            await send({"type": "http.response.body", "body": payload, "more_body": True})
        await leaving

    async def _left(self, receive: Receive, mine: asyncio.Queue[bytes]) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._watchers.discard(mine)
        mine.put_nowait(b"")


def _pence_of(told: dict[str, Any]) -> int:
    return int(told["prices"][0]["weekly_pence"]) if told.get("prices") else 0


ROLES: Mapping[str, Callable[[], Bare]] = {
    "commands": lambda: Placing(relaying=True),
    "commands-only": lambda: Placing(relaying=False),
    "validated-commands": Validating,
    "watch": Watching,
}


def main() -> None:
    """`python -m tests.bench.bare commands --port 8101`, with BENCH_DATABASE and BENCH_BROKER."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("role", choices=tuple(ROLES))
    words.add_argument("--port", type=int, required=True)
    told = words.parse_args()
    serve(ROLES[told.role](), listen(told.port))


if __name__ == "__main__":
    main()
