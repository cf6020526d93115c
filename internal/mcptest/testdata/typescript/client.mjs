// A client of the reference SDK: node client.mjs (v1|v2) (URL | COMMAND ARGUMENT...)
//
// It lists tools and makes the calls it reads from standard input, a JSON array of
// {name, arguments, _meta}, and prints what it got and what it was asked, as JSON.
// Whatever it is asked, it agrees to. v1 speaks 2025-11-25, v2 2026-07-28.
import { readFileSync } from "node:fs";

const [version, target, ...rest] = process.argv.slice(2);
const calls = JSON.parse(readFileSync(0, "utf8"));
const asked = [];

async function parts() {
  const info = { name: "typescript-" + version, version: "1" };
  const capabilities = { elicitation: {} };
  const agree = async (request) => {
    asked.push(request.params.message);
    return { action: "accept", content: { approve: true } };
  };
  if (version === "v1") {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
    const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
    const { ElicitRequestSchema } = await import("@modelcontextprotocol/sdk/types.js");
    const client = new Client(info, { capabilities });
    client.setRequestHandler(ElicitRequestSchema, agree);
    return { client, StdioClientTransport, StreamableHTTPClientTransport };
  }
  const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
  const client = new Client(info, { capabilities, versionNegotiation: { mode: { pin: "2026-07-28" } } });
  client.setRequestHandler("elicitation/create", agree);
  return { client, StdioClientTransport, StreamableHTTPClientTransport };
}

const { client, StdioClientTransport, StreamableHTTPClientTransport } = await parts();
const headers = process.env.TOKEN ? { Authorization: "Bearer " + process.env.TOKEN } : {};
await client.connect(
  target.startsWith("http")
    ? new StreamableHTTPClientTransport(new URL(target), { requestInit: { headers } })
    : new StdioClientTransport({ command: target, args: rest, env: process.env }),
);
const { tools } = await client.listTools();
const results = [];
for (const call of calls) {
  try {
    const { content, isError } = await client.callTool(call);
    results.push({ text: content.map((c) => c.text ?? "").join(" "), isError: isError ?? false });
  } catch (error) {
    results.push({ text: String(error.message), isError: true, code: error.code });
  }
}
console.log(JSON.stringify({ tools: tools.map((t) => t.name), results, asked }));
await client.close();
