"""A server on loopback that speaks S3, with one bucket."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

NAME = "clinic"


@dataclass
class BucketServer:
    """Where the bucket is, as a setting of the site, and a hand at what it holds."""

    url: str
    host: str
    client: Any

    def files(self) -> dict[str, bytes]:
        """Return what lies in the bucket."""
        listed = self.client.list_objects_v2(Bucket=NAME).get("Contents", [])
        return {each["Key"]: self.client.get_object(Bucket=NAME, Key=each["Key"])["Body"].read() for each in listed}


@contextmanager
def bucket_server() -> Iterator[BucketServer]:
    """Yield an empty bucket."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    address, port = server.get_host_and_port()
    host = f"{address}:{port}"
    try:
        urllib.request.urlopen(urllib.request.Request(f"http://{host}/moto-api/reset", method="POST")).close()
        access = {"aws_access_key_id": "key", "aws_secret_access_key": "se/cret"}
        client = boto3.client("s3", endpoint_url=f"http://{host}", region_name="us-east-1", **access)
        client.create_bucket(Bucket=NAME)
        yield BucketServer(f"s3+http://key:se%2Fcret@{host}/{NAME}", host, client)
    finally:
        server.stop()
