"""Redis as the queue of background work, for sites that have outgrown the one in the database."""

from contextlib import suppress
from typing import Any

import redis
from django.conf import settings
from django_q.brokers.redis_broker import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT = 0.5  # seconds: whoever sends an enquiry waits for this, once a notice, while Redis cannot be reached
ANSWER = 2.0  # seconds: more than the one that a worker waits for the next task


class RedisBroker(Redis):
    """django-q2's broker, which does not let a Redis that is away slow anybody down or end a worker.

    It gives no receipts: a task that a killed worker held is gone. All our work is found again by its schedule, because
    what has to be done is written in the database (decision 15).
    """

    @staticmethod
    def get_connection(list_key: str | None = None) -> Any:
        """Return a connection that gives up soon, and at the first failure: the client's own way is to try for seconds."""
        return redis.Redis.from_url(
            settings.TASK_BROKER_URL,
            socket_connect_timeout=CONNECT,
            socket_timeout=ANSWER,
            retry=Retry(NoBackoff(), 0),
        )

    def enqueue(self, task: Any) -> Any:
        """Put a task into the queue.

        Raises:
            ConnectionError: Redis does not take it. Who asks need not know that the queue is Redis.
        """
        try:
            return super().enqueue(task)
        except redis.RedisError as error:
            raise ConnectionError("Redis takes no task.") from error

    def ping(self) -> bool:
        """Say whether Redis answers. A worker asks when it starts, and would end if this failed."""
        with suppress(redis.RedisError):
            return super().ping()
        return False

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """Keep what the worker says of itself twice a second, or forget it: the failure to fetch tasks is logged already."""
        with suppress(redis.RedisError):
            super().set_stat(key, value, timeout)
