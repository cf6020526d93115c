// A server of the reference SDK over streamable HTTP: node http.mjs (v1|v2) (stateful|stateless)
//
// It prints its address and serves until its standard input ends. Its tools tell what
// came with a call beside its arguments, and ask for confirmation: v1, which speaks
// 2025-11-25, by a request of its own, v2, which speaks 2026-07-28 and keeps no state,
// by an input_required result.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { z } from "zod";

const [version, mode] = process.argv.slice(2);
const described = { description: "What came in _meta.", inputSchema: z.object({}), annotations: { readOnlyHint: true } };
const meta = (came) => ({ content: [{ type: "text", text: JSON.stringify(came ?? {}) }] });
const told = (sure) => ({ content: [{ type: "text", text: sure ? "sure" : "not sure" }] });
const serve = { v1: serveFirst, v2: serveSecond }[version];
const server = createServer(await serve());
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
process.stdin.on("end", () => process.exit(0)).resume();

async function serveFirst() {
  const { McpServer } = await import("@modelcontextprotocol/sdk/server/mcp.js");
  const { StreamableHTTPServerTransport } = await import("@modelcontextprotocol/sdk/server/streamableHttp.js");
  const sessions = new Map();
  const open = async () => {
    const mcp = new McpServer({ name: "typescript", version: "1" });
    mcp.registerTool("meta", { ...described, inputSchema: {} }, async (_, extra) => meta(extra._meta));
    mcp.registerTool("sure", { description: "Asks.", inputSchema: {} }, async (_, extra) => {
      const requestedSchema = { type: "object", properties: { sure: { type: "boolean" } }, required: ["sure"] };
      const { action, content } = await mcp.server.elicitInput({ message: "Sure?", requestedSchema }, { relatedRequestId: extra.requestId });
      return told(action === "accept" && content.sure);
    });
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: mode === "stateful" ? randomUUID : undefined,
      onsessioninitialized: (id) => sessions.set(id, transport),
    });
    await mcp.connect(transport);
    return transport;
  };
  return async (req, res) => (sessions.get(req.headers["mcp-session-id"]) ?? (await open())).handleRequest(req, res);
}

async function serveSecond() {
  const { McpServer, acceptedContent, createMcpHandler, inputRequired } = await import("@modelcontextprotocol/server");
  const yes = z.object({ sure: z.boolean() });
  const handler = createMcpHandler(() => {
    const mcp = new McpServer({ name: "typescript", version: "1" });
    mcp.registerTool("meta", described, async (_, ctx) => meta(ctx.mcpReq._meta));
    mcp.registerTool("sure", { description: "Asks.", inputSchema: z.object({}) }, async (_, ctx) => {
      const answer = acceptedContent(ctx.mcpReq.inputResponses, "sure", yes);
      return answer === undefined
        ? inputRequired({ inputRequests: { sure: inputRequired.elicit({ message: "Sure?", requestedSchema: yes }) } })
        : told(answer.sure);
    });
    return mcp;
  });
  return async (req, res) => {
    const body = req.method === "POST" ? Readable.toWeb(req) : undefined;
    const request = new Request(`http://${req.headers.host}${req.url}`, { method: req.method, headers: req.headers, body, duplex: "half" });
    const response = await handler.fetch(request);
    res.writeHead(response.status, Object.fromEntries(response.headers));
    response.body ? Readable.fromWeb(response.body).pipe(res) : res.end();
  };
}
