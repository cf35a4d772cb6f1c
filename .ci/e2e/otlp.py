"""The Logboek Dataverwerkingen at a collector over HTTPS, as OpenTelemetry's own definitions read it.

    otlp.py BINARY FOLDER

The collector here is a small one, but what it reads with is not ours: the PyPI package opentelemetry-proto, which refuses
a field that the protocol does not have. It is away when the koppeling runs.
"""

import base64
import collections
import datetime
import http.server
import json
import os
import ssl
import sys
import threading
import time

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse

from huis import FORM, House
from maand import TEXTS, asked, deliveries, opened, prepared, run, texts
from oidc import expect, free_port

PEOPLE = {"privacy-officer": "127.0.1.1", "coordinator": "127.0.1.2"}


def nanoseconds(text):
    """Exactly: Python's own moments have microseconds."""
    whole, _, part = text.rstrip("Z").partition(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp()) * 10**9 + int(part.ljust(9, "0"))


def request(body):
    """A request in JSON, where ids are hex; the package's own reader takes base64 there, as protobuf has it elsewhere."""
    told = json.loads(body)
    for resource in told["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                for name in ("traceId", "spanId", "parentSpanId"):
                    if name in span:
                        span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    return json_format.ParseDict(told, ExportTraceServiceRequest())


def words(attributes):
    return {one.key: one.value.string_value for one in attributes}


class Collector(http.server.BaseHTTPRequestHandler):
    """Remembers every span as a line of the log has it."""

    had = collections.Counter()

    def do_POST(self):  # noqa: N802, the name is the library's
        expect(self.path == "/v1/traces" and self.headers["Content-Type"] == "application/json", self.path)
        for resource in request(self.rfile.read(int(self.headers["Content-Length"]))).resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.had[json.dumps([
                        span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), span.name, span.status.code,
                        span.start_time_unix_nano, span.end_time_unix_nano, words(span.attributes),
                        words(resource.resource.attributes),
                    ], sort_keys=True)] += 1
        answer = json_format.MessageToJson(ExportTraceServiceResponse()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def kept(house):
    """The lines on the disk, as the collector must have them."""
    lines = []
    for file in sorted((house.folder / "logboek").glob("*.jsonl")):
        for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            lines.append(json.dumps([
                line["trace_id"], line["span_id"], line.get("parent_span_id", ""), line["name"], {"Ok": 1}[line["status"]],
                nanoseconds(line["start_time"]), nanoseconds(line["end_time"]), line["attributes"],
                line["resource"]["attributes"],
            ], sort_keys=True))
    return collections.Counter(lines)


def main(binary, folder):
    at = free_port()
    house = House(binary, folder, tables=f'[otlp]\nadres = "https://localhost:{at}/v1/traces"')
    # Whom the machine trusts: here the one certificate that is for tests alone.
    os.environ["SSL_CERT_FILE"] = str(house.folder / "keten.pem")
    demo = prepared(house)
    with house:
        for name, source in PEOPLE.items():
            house.person(name, name, source)
        who = {name: house.log_in(name, source) for name, source in PEOPLE.items()}
        texts(house, demo, who["privacy-officer"])
        opened(house, who["privacy-officer"])
        for _, _, body in deliveries(house, demo):
            asked(house, 201, "POST", "/v1/leveringen", body, {**FORM, **who["coordinator"]})
        run(house, TEXTS[0], who["coordinator"])
        lines = kept(house)
        expect(len(lines) > 100 and not Collector.had, f"{len(lines)} lines, {len(Collector.had)} at the collector")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", at), Collector)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(house.folder / "keten.pem", house.folder / "tls.pem")
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        run(house, TEXTS[1], who["coordinator"])
        lines = kept(house)
        for _ in range(600):
            if len(Collector.had) >= len(lines):
                break
            time.sleep(0.1)
    expect(Collector.had == lines, f"the collector has {len(Collector.had)} spans where the log has {len(lines)} lines")
    print(f"  {len(lines)} lines at the collector, each once, the first {TEXTS[0]} from when it was away")


if __name__ == "__main__":
    main(*sys.argv[1:])
