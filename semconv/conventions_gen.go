// Code generated from semconv/model by semconvgen; DO NOT EDIT.

package semconv

import (
	"go.opentelemetry.io/otel/attribute"
)

// ClientAddressKey is "client.address". Host name or address of the client.
//
// Type: string. Stability: stable. Example: "10.1.2.80".
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server.
//
// Privacy: An address may point to a person.
const ClientAddressKey = attribute.Key("client.address")

// ClientAddress returns "client.address" with value v.
func ClientAddress(v string) attribute.KeyValue { return ClientAddressKey.String(v) }

// ClientPortKey is "client.port". Port of the client.
//
// Type: int. Stability: stable. Example: 65123.
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server.
const ClientPortKey = attribute.Key("client.port")

// ClientPort returns "client.port" with value v.
func ClientPort(v int) attribute.KeyValue { return ClientPortKey.Int(v) }

// ErrorTypeKey is "error.type". The class of error an operation ended with, of low cardinality.
//
// Set if and only if the span's status is Error.
//
// Type: enum, open. Stability: stable. Example: "policy_denied".
//
// Required on span ambit.refuse_tool; metric ambit.export.dropped.
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.mcp.client, ambit.mcp.server, ambit.session; metrics gen_ai.execute_tool.duration,
// gen_ai.invoke_agent.duration, mcp.client.operation.duration, mcp.client.session.duration,
// mcp.server.operation.duration, mcp.server.session.duration.
const ErrorTypeKey = attribute.Key("error.type")

// Values of [ErrorTypeKey].
var (
	// ErrorTypeOther is "_OTHER". An error without a class of its own.
	ErrorTypeOther = ErrorTypeKey.String("_OTHER")
)

// ErrorType returns "error.type" with value v.
func ErrorType(v string) attribute.KeyValue { return ErrorTypeKey.String(v) }

// GenAIAgentDescriptionKey is "gen_ai.agent.description". What the agent is for.
//
// Type: string. Stability: development. Example: "Finds the cause of failing tests".
//
// Conditionally required on span ambit.invoke_agent.
const GenAIAgentDescriptionKey = attribute.Key("gen_ai.agent.description")

// GenAIAgentDescription returns "gen_ai.agent.description" with value v.
func GenAIAgentDescription(v string) attribute.KeyValue { return GenAIAgentDescriptionKey.String(v) }

// GenAIAgentIDKey is "gen_ai.agent.id". Id of a hosted agent that is stable over its runs.
//
// Type: string. Stability: development. Example: "asst_5j66UpCpwteGg4YSxUnt7lPY".
//
// Recommended on span ambit.invoke_agent.
const GenAIAgentIDKey = attribute.Key("gen_ai.agent.id")

// GenAIAgentID returns "gen_ai.agent.id" with value v.
func GenAIAgentID(v string) attribute.KeyValue { return GenAIAgentIDKey.String(v) }

// GenAIAgentNameKey is "gen_ai.agent.name". Name of the agent.
//
// Type: string. Stability: development. Example: "triage".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session; metrics
// gen_ai.execute_tool.duration, gen_ai.invoke_agent.duration.
const GenAIAgentNameKey = attribute.Key("gen_ai.agent.name")

// GenAIAgentName returns "gen_ai.agent.name" with value v.
func GenAIAgentName(v string) attribute.KeyValue { return GenAIAgentNameKey.String(v) }

// GenAIAgentVersionKey is "gen_ai.agent.version". Version of the agent.
//
// Type: string. Stability: development. Example: "1.0.0".
//
// Recommended on span ambit.invoke_agent.
const GenAIAgentVersionKey = attribute.Key("gen_ai.agent.version")

// GenAIAgentVersion returns "gen_ai.agent.version" with value v.
func GenAIAgentVersion(v string) attribute.KeyValue { return GenAIAgentVersionKey.String(v) }

// GenAIConversationIDKey is "gen_ai.conversation.id". The application's id of the conversation,
// never one made up.
//
// Type: string. Stability: development. Example: "conv_5j66UpCpwteGg4YSxUnt7lPY".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session; event
// gen_ai.client.inference.operation.details.
const GenAIConversationIDKey = attribute.Key("gen_ai.conversation.id")

// GenAIConversationID returns "gen_ai.conversation.id" with value v.
func GenAIConversationID(v string) attribute.KeyValue { return GenAIConversationIDKey.String(v) }

// GenAIInputMessagesKey is "gen_ai.input.messages". Messages to the model, as JSON text or a slice.
//
// Type: any. Stability: development. Example:
// "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Fix the rounding\"}]}]".
//
// Opt-in on spans ambit.invoke_agent, ambit.chat; event gen_ai.client.inference.operation.details.
//
// Privacy: Content, off unless switched on.
const GenAIInputMessagesKey = attribute.Key("gen_ai.input.messages")

// GenAIInputMessages returns "gen_ai.input.messages" with value v.
func GenAIInputMessages(v attribute.Value) attribute.KeyValue {
	return attribute.KeyValue{Key: GenAIInputMessagesKey, Value: v}
}

// GenAIOperationNameKey is "gen_ai.operation.name". The operation of the span.
//
// The conformance rules of the conventions call any other value a violation.
//
// Type: enum, closed. Stability: development. Example: "execute_tool".
//
// Required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool; event
// gen_ai.client.inference.operation.details.
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server; metrics mcp.client.operation.duration,
// mcp.server.operation.duration.
const GenAIOperationNameKey = attribute.Key("gen_ai.operation.name")

// Values of [GenAIOperationNameKey].
var (
	// GenAIOperationNameChat is "chat". Chat with a model.
	GenAIOperationNameChat = GenAIOperationNameKey.String("chat")
	// GenAIOperationNameGenerateContent is "generate_content". Multimodal generation.
	GenAIOperationNameGenerateContent = GenAIOperationNameKey.String("generate_content")
	// GenAIOperationNameTextCompletion is "text_completion". Text completion.
	GenAIOperationNameTextCompletion = GenAIOperationNameKey.String("text_completion")
	// GenAIOperationNameEmbeddings is "embeddings". Embeddings.
	GenAIOperationNameEmbeddings = GenAIOperationNameKey.String("embeddings")
	// GenAIOperationNameRetrieval is "retrieval". Retrieval from a data source.
	GenAIOperationNameRetrieval = GenAIOperationNameKey.String("retrieval")
	// GenAIOperationNameFetchResponse is "fetch_response". Fetching a stored response.
	GenAIOperationNameFetchResponse = GenAIOperationNameKey.String("fetch_response")
	// GenAIOperationNameCreateAgent is "create_agent". Creating an agent.
	GenAIOperationNameCreateAgent = GenAIOperationNameKey.String("create_agent")
	// GenAIOperationNameInvokeAgent is "invoke_agent". Running an agent.
	GenAIOperationNameInvokeAgent = GenAIOperationNameKey.String("invoke_agent")
	// GenAIOperationNameExecuteTool is "execute_tool". Running a tool.
	GenAIOperationNameExecuteTool = GenAIOperationNameKey.String("execute_tool")
	// GenAIOperationNameInvokeWorkflow is "invoke_workflow". Running a workflow.
	GenAIOperationNameInvokeWorkflow = GenAIOperationNameKey.String("invoke_workflow")
	// GenAIOperationNamePlan is "plan". Planning.
	GenAIOperationNamePlan = GenAIOperationNameKey.String("plan")
	// GenAIOperationNameSearchMemory is "search_memory". Searching memory.
	GenAIOperationNameSearchMemory = GenAIOperationNameKey.String("search_memory")
	// GenAIOperationNameCreateMemory is "create_memory". Creating memory records.
	GenAIOperationNameCreateMemory = GenAIOperationNameKey.String("create_memory")
	// GenAIOperationNameUpdateMemory is "update_memory". Updating memory records.
	GenAIOperationNameUpdateMemory = GenAIOperationNameKey.String("update_memory")
	// GenAIOperationNameUpsertMemory is "upsert_memory". Creating or updating memory records.
	GenAIOperationNameUpsertMemory = GenAIOperationNameKey.String("upsert_memory")
	// GenAIOperationNameDeleteMemory is "delete_memory". Deleting memory records.
	GenAIOperationNameDeleteMemory = GenAIOperationNameKey.String("delete_memory")
	// GenAIOperationNameCreateMemoryStore is "create_memory_store". Creating a memory store.
	GenAIOperationNameCreateMemoryStore = GenAIOperationNameKey.String("create_memory_store")
	// GenAIOperationNameDeleteMemoryStore is "delete_memory_store". Deleting a memory store.
	GenAIOperationNameDeleteMemoryStore = GenAIOperationNameKey.String("delete_memory_store")
)

// GenAIOperationName returns "gen_ai.operation.name" with value v.
func GenAIOperationName(v string) attribute.KeyValue { return GenAIOperationNameKey.String(v) }

// GenAIOutputMessagesKey is "gen_ai.output.messages". Messages of the model, as JSON text or a
// slice.
//
// Type: any. Stability: development. Example:
// "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"Done\"}]}]".
//
// Opt-in on spans ambit.invoke_agent, ambit.chat; event gen_ai.client.inference.operation.details.
//
// Privacy: Content, off unless switched on.
const GenAIOutputMessagesKey = attribute.Key("gen_ai.output.messages")

// GenAIOutputMessages returns "gen_ai.output.messages" with value v.
func GenAIOutputMessages(v attribute.Value) attribute.KeyValue {
	return attribute.KeyValue{Key: GenAIOutputMessagesKey, Value: v}
}

// GenAIOutputTypeKey is "gen_ai.output.type". The kind of content that was asked for.
//
// Type: enum, open. Stability: development. Example: "text".
//
// Conditionally required on span ambit.chat.
const GenAIOutputTypeKey = attribute.Key("gen_ai.output.type")

// Values of [GenAIOutputTypeKey].
var (
	// GenAIOutputTypeText is "text". Plain text.
	GenAIOutputTypeText = GenAIOutputTypeKey.String("text")
	// GenAIOutputTypeJSON is "json". JSON.
	GenAIOutputTypeJSON = GenAIOutputTypeKey.String("json")
	// GenAIOutputTypeImage is "image". Image.
	GenAIOutputTypeImage = GenAIOutputTypeKey.String("image")
	// GenAIOutputTypeSpeech is "speech". Speech.
	GenAIOutputTypeSpeech = GenAIOutputTypeKey.String("speech")
)

// GenAIOutputType returns "gen_ai.output.type" with value v.
func GenAIOutputType(v string) attribute.KeyValue { return GenAIOutputTypeKey.String(v) }

// GenAIPromptNameKey is "gen_ai.prompt.name". Name of the prompt.
//
// Type: string. Stability: development. Example: "review-code".
//
// Conditionally required on spans ambit.mcp.client, ambit.mcp.server; metrics
// mcp.client.operation.duration, mcp.server.operation.duration.
const GenAIPromptNameKey = attribute.Key("gen_ai.prompt.name")

// GenAIPromptName returns "gen_ai.prompt.name" with value v.
func GenAIPromptName(v string) attribute.KeyValue { return GenAIPromptNameKey.String(v) }

// GenAIProviderNameKey is "gen_ai.provider.name". Who serves the model.
//
// Type: enum, open. Stability: development. Example: "anthropic".
//
// Required on span ambit.chat.
const GenAIProviderNameKey = attribute.Key("gen_ai.provider.name")

// Values of [GenAIProviderNameKey].
var (
	// GenAIProviderNameOpenAI is "openai". OpenAI.
	GenAIProviderNameOpenAI = GenAIProviderNameKey.String("openai")
	// GenAIProviderNameAnthropic is "anthropic". Anthropic.
	GenAIProviderNameAnthropic = GenAIProviderNameKey.String("anthropic")
	// GenAIProviderNameGCPGenAI is "gcp.gen_ai". Any Google endpoint for generative AI.
	GenAIProviderNameGCPGenAI = GenAIProviderNameKey.String("gcp.gen_ai")
	// GenAIProviderNameGCPVertexAI is "gcp.vertex_ai". Vertex AI.
	GenAIProviderNameGCPVertexAI = GenAIProviderNameKey.String("gcp.vertex_ai")
	// GenAIProviderNameGCPGemini is "gcp.gemini". Gemini (AI Studio).
	GenAIProviderNameGCPGemini = GenAIProviderNameKey.String("gcp.gemini")
	// GenAIProviderNameCohere is "cohere". Cohere.
	GenAIProviderNameCohere = GenAIProviderNameKey.String("cohere")
	// GenAIProviderNameAzureAIInference is "azure.ai.inference". Azure AI Inference.
	GenAIProviderNameAzureAIInference = GenAIProviderNameKey.String("azure.ai.inference")
	// GenAIProviderNameAzureAIOpenAI is "azure.ai.openai". Azure OpenAI.
	GenAIProviderNameAzureAIOpenAI = GenAIProviderNameKey.String("azure.ai.openai")
	// GenAIProviderNameIBMWatsonxAI is "ibm.watsonx.ai". IBM watsonx.
	GenAIProviderNameIBMWatsonxAI = GenAIProviderNameKey.String("ibm.watsonx.ai")
	// GenAIProviderNameAWSBedrock is "aws.bedrock". AWS Bedrock.
	GenAIProviderNameAWSBedrock = GenAIProviderNameKey.String("aws.bedrock")
	// GenAIProviderNamePerplexity is "perplexity". Perplexity.
	GenAIProviderNamePerplexity = GenAIProviderNameKey.String("perplexity")
	// GenAIProviderNameXAI is "x_ai". xAI.
	GenAIProviderNameXAI = GenAIProviderNameKey.String("x_ai")
	// GenAIProviderNameDeepSeek is "deepseek". DeepSeek.
	GenAIProviderNameDeepSeek = GenAIProviderNameKey.String("deepseek")
	// GenAIProviderNameGroq is "groq". Groq.
	GenAIProviderNameGroq = GenAIProviderNameKey.String("groq")
	// GenAIProviderNameMistralAI is "mistral_ai". Mistral AI.
	GenAIProviderNameMistralAI = GenAIProviderNameKey.String("mistral_ai")
	// GenAIProviderNameMoonshotAI is "moonshot_ai". Moonshot AI.
	GenAIProviderNameMoonshotAI = GenAIProviderNameKey.String("moonshot_ai")
)

// GenAIProviderName returns "gen_ai.provider.name" with value v.
func GenAIProviderName(v string) attribute.KeyValue { return GenAIProviderNameKey.String(v) }

// GenAIRequestMaxTokensKey is "gen_ai.request.max_tokens". Most tokens to generate.
//
// Type: int. Stability: development. Example: 4096.
//
// Recommended on span ambit.chat.
const GenAIRequestMaxTokensKey = attribute.Key("gen_ai.request.max_tokens")

// GenAIRequestMaxTokens returns "gen_ai.request.max_tokens" with value v.
func GenAIRequestMaxTokens(v int) attribute.KeyValue { return GenAIRequestMaxTokensKey.Int(v) }

// GenAIRequestModelKey is "gen_ai.request.model". The model that was asked for.
//
// Type: string. Stability: development. Example: "claude-opus-4".
//
// Conditionally required on span ambit.chat.
//
// Recommended on span ambit.invoke_agent; metric gen_ai.invoke_agent.duration.
const GenAIRequestModelKey = attribute.Key("gen_ai.request.model")

// GenAIRequestModel returns "gen_ai.request.model" with value v.
func GenAIRequestModel(v string) attribute.KeyValue { return GenAIRequestModelKey.String(v) }

// GenAIRequestStreamKey is "gen_ai.request.stream". The request is streaming.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on span ambit.chat.
const GenAIRequestStreamKey = attribute.Key("gen_ai.request.stream")

// GenAIRequestStream returns "gen_ai.request.stream" with value v.
func GenAIRequestStream(v bool) attribute.KeyValue { return GenAIRequestStreamKey.Bool(v) }

// GenAIRequestTemperatureKey is "gen_ai.request.temperature". Sampling temperature.
//
// Type: double. Stability: development. Example: 0.
//
// Recommended on span ambit.chat.
const GenAIRequestTemperatureKey = attribute.Key("gen_ai.request.temperature")

// GenAIRequestTemperature returns "gen_ai.request.temperature" with value v.
func GenAIRequestTemperature(v float64) attribute.KeyValue {
	return GenAIRequestTemperatureKey.Float64(v)
}

// GenAIRequestTopPKey is "gen_ai.request.top_p". Nucleus sampling.
//
// Type: double. Stability: development. Example: 1.
//
// Recommended on span ambit.chat.
const GenAIRequestTopPKey = attribute.Key("gen_ai.request.top_p")

// GenAIRequestTopP returns "gen_ai.request.top_p" with value v.
func GenAIRequestTopP(v float64) attribute.KeyValue { return GenAIRequestTopPKey.Float64(v) }

// GenAIResponseFinishReasonsKey is "gen_ai.response.finish_reasons". Why the model stopped.
//
// Type: string[]. Stability: development. Example: ["stop"].
//
// Recommended on spans ambit.invoke_agent, ambit.chat.
const GenAIResponseFinishReasonsKey = attribute.Key("gen_ai.response.finish_reasons")

// GenAIResponseFinishReasons returns "gen_ai.response.finish_reasons" with value v.
func GenAIResponseFinishReasons(v ...string) attribute.KeyValue {
	return GenAIResponseFinishReasonsKey.StringSlice(v)
}

// GenAIResponseIDKey is "gen_ai.response.id". Id of the completion.
//
// Type: string. Stability: development. Example: "msg_123".
//
// Recommended on span ambit.chat.
const GenAIResponseIDKey = attribute.Key("gen_ai.response.id")

// GenAIResponseID returns "gen_ai.response.id" with value v.
func GenAIResponseID(v string) attribute.KeyValue { return GenAIResponseIDKey.String(v) }

// GenAIResponseModelKey is "gen_ai.response.model". The model that answered.
//
// Type: string. Stability: development. Example: "claude-opus-4-20250514".
//
// Recommended on span ambit.chat.
const GenAIResponseModelKey = attribute.Key("gen_ai.response.model")

// GenAIResponseModel returns "gen_ai.response.model" with value v.
func GenAIResponseModel(v string) attribute.KeyValue { return GenAIResponseModelKey.String(v) }

// GenAIResponseTimeToFirstChunkKey is "gen_ai.response.time_to_first_chunk". Seconds from the
// request to the first chunk.
//
// Type: double. Stability: development. Example: 0.5.
//
// Recommended on span ambit.chat.
const GenAIResponseTimeToFirstChunkKey = attribute.Key("gen_ai.response.time_to_first_chunk")

// GenAIResponseTimeToFirstChunk returns "gen_ai.response.time_to_first_chunk" with value v.
func GenAIResponseTimeToFirstChunk(v float64) attribute.KeyValue {
	return GenAIResponseTimeToFirstChunkKey.Float64(v)
}

// GenAISystemInstructionsKey is "gen_ai.system_instructions". System instructions, as JSON text or
// a slice.
//
// Type: any. Stability: development. Example: "[{\"type\":\"text\",\"content\":\"You fix
// bugs.\"}]".
//
// Opt-in on spans ambit.invoke_agent, ambit.chat; event gen_ai.client.inference.operation.details.
//
// Privacy: Content, off unless switched on.
const GenAISystemInstructionsKey = attribute.Key("gen_ai.system_instructions")

// GenAISystemInstructions returns "gen_ai.system_instructions" with value v.
func GenAISystemInstructions(v attribute.Value) attribute.KeyValue {
	return attribute.KeyValue{Key: GenAISystemInstructionsKey, Value: v}
}

// GenAIToolCallArgumentsKey is "gen_ai.tool.call.arguments". Arguments of the call, as JSON text or
// a map.
//
// Type: any. Stability: development. Example: "{\"path\":\"go.mod\"}".
//
// Opt-in on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
//
// Privacy: Content, off unless switched on.
const GenAIToolCallArgumentsKey = attribute.Key("gen_ai.tool.call.arguments")

// GenAIToolCallArguments returns "gen_ai.tool.call.arguments" with value v.
func GenAIToolCallArguments(v attribute.Value) attribute.KeyValue {
	return attribute.KeyValue{Key: GenAIToolCallArgumentsKey, Value: v}
}

// GenAIToolCallIDKey is "gen_ai.tool.call.id". Id of the tool call.
//
// Type: string. Stability: development. Example: "call_mszuSIzqtI65i1wAUOE8w5H4".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const GenAIToolCallIDKey = attribute.Key("gen_ai.tool.call.id")

// GenAIToolCallID returns "gen_ai.tool.call.id" with value v.
func GenAIToolCallID(v string) attribute.KeyValue { return GenAIToolCallIDKey.String(v) }

// GenAIToolCallResultKey is "gen_ai.tool.call.result". Result of the call, as JSON text or a map.
//
// Type: any. Stability: development. Example: "{\"lines\":12}".
//
// Opt-in on spans ambit.execute_tool, ambit.mcp.client, ambit.mcp.server.
//
// Privacy: Content, off unless switched on.
const GenAIToolCallResultKey = attribute.Key("gen_ai.tool.call.result")

// GenAIToolCallResult returns "gen_ai.tool.call.result" with value v.
func GenAIToolCallResult(v attribute.Value) attribute.KeyValue {
	return attribute.KeyValue{Key: GenAIToolCallResultKey, Value: v}
}

// GenAIToolDefinitionsKey is "gen_ai.tool.definitions". The tools the model may choose from, as
// JSON text or a slice.
//
// Type: any. Stability: development. Example: "[{\"type\":\"function\",\"name\":\"read_file\"}]".
//
// Opt-in on spans ambit.invoke_agent, ambit.chat; event gen_ai.client.inference.operation.details.
const GenAIToolDefinitionsKey = attribute.Key("gen_ai.tool.definitions")

// GenAIToolDefinitions returns "gen_ai.tool.definitions" with value v.
func GenAIToolDefinitions(v attribute.Value) attribute.KeyValue {
	return attribute.KeyValue{Key: GenAIToolDefinitionsKey, Value: v}
}

// GenAIToolDescriptionKey is "gen_ai.tool.description". What the tool says of itself.
//
// Type: string. Stability: development. Example: "Reads a file".
//
// Recommended on span ambit.execute_tool.
const GenAIToolDescriptionKey = attribute.Key("gen_ai.tool.description")

// GenAIToolDescription returns "gen_ai.tool.description" with value v.
func GenAIToolDescription(v string) attribute.KeyValue { return GenAIToolDescriptionKey.String(v) }

// GenAIToolNameKey is "gen_ai.tool.name". Name of the tool.
//
// Type: string. Stability: development. Example: "read_file".
//
// Required on spans ambit.execute_tool, ambit.refuse_tool; metric gen_ai.execute_tool.duration.
//
// Conditionally required on spans ambit.mcp.client, ambit.mcp.server; metrics
// mcp.client.operation.duration, mcp.server.operation.duration.
//
// Recommended on event ambit.signal.raised; metric ambit.effects.indeterminate.
const GenAIToolNameKey = attribute.Key("gen_ai.tool.name")

// GenAIToolName returns "gen_ai.tool.name" with value v.
func GenAIToolName(v string) attribute.KeyValue { return GenAIToolNameKey.String(v) }

// GenAIToolTypeKey is "gen_ai.tool.type". function, extension or datastore.
//
// Type: string. Stability: development. Example: "function".
//
// Recommended on span ambit.execute_tool; metric gen_ai.execute_tool.duration.
const GenAIToolTypeKey = attribute.Key("gen_ai.tool.type")

// GenAIToolType returns "gen_ai.tool.type" with value v.
func GenAIToolType(v string) attribute.KeyValue { return GenAIToolTypeKey.String(v) }

// GenAIUsageCacheCreationInputTokensKey is "gen_ai.usage.cache_creation.input_tokens". Input tokens
// written to a cache, under the key of v1.41.0 that some backends still read.
//
// Type: int. Stability: development. Example: 25.
//
// Opt-in on span ambit.chat.
const GenAIUsageCacheCreationInputTokensKey = attribute.Key("gen_ai.usage.cache_creation.input_tokens")

// GenAIUsageCacheCreationInputTokens returns "gen_ai.usage.cache_creation.input_tokens" with value
// v.
func GenAIUsageCacheCreationInputTokens(v int) attribute.KeyValue {
	return GenAIUsageCacheCreationInputTokensKey.Int(v)
}

// GenAIUsageCacheReadInputTokensKey is "gen_ai.usage.cache_read.input_tokens". Input tokens served
// from a cache.
//
// Type: int. Stability: development. Example: 50.
//
// Recommended on span ambit.chat.
const GenAIUsageCacheReadInputTokensKey = attribute.Key("gen_ai.usage.cache_read.input_tokens")

// GenAIUsageCacheReadInputTokens returns "gen_ai.usage.cache_read.input_tokens" with value v.
func GenAIUsageCacheReadInputTokens(v int) attribute.KeyValue {
	return GenAIUsageCacheReadInputTokensKey.Int(v)
}

// GenAIUsageCacheWriteInputTokensKey is "gen_ai.usage.cache_write.input_tokens". Input tokens
// written to a cache.
//
// Type: int. Stability: development. Example: 25.
//
// Recommended on span ambit.chat.
const GenAIUsageCacheWriteInputTokensKey = attribute.Key("gen_ai.usage.cache_write.input_tokens")

// GenAIUsageCacheWriteInputTokens returns "gen_ai.usage.cache_write.input_tokens" with value v.
func GenAIUsageCacheWriteInputTokens(v int) attribute.KeyValue {
	return GenAIUsageCacheWriteInputTokensKey.Int(v)
}

// GenAIUsageInputTokensKey is "gen_ai.usage.input_tokens". Input tokens, cached ones included.
//
// Type: int. Stability: development. Example: 100.
//
// Recommended on spans ambit.invoke_agent, ambit.chat.
const GenAIUsageInputTokensKey = attribute.Key("gen_ai.usage.input_tokens")

// GenAIUsageInputTokens returns "gen_ai.usage.input_tokens" with value v.
func GenAIUsageInputTokens(v int) attribute.KeyValue { return GenAIUsageInputTokensKey.Int(v) }

// GenAIUsageOutputTokensKey is "gen_ai.usage.output_tokens". Output tokens.
//
// Type: int. Stability: development. Example: 180.
//
// Recommended on spans ambit.invoke_agent, ambit.chat.
const GenAIUsageOutputTokensKey = attribute.Key("gen_ai.usage.output_tokens")

// GenAIUsageOutputTokens returns "gen_ai.usage.output_tokens" with value v.
func GenAIUsageOutputTokens(v int) attribute.KeyValue { return GenAIUsageOutputTokensKey.Int(v) }

// GenAIUsageReasoningOutputTokensKey is "gen_ai.usage.reasoning.output_tokens". Output tokens used
// for reasoning.
//
// Type: int. Stability: development. Example: 50.
//
// Recommended on span ambit.chat.
const GenAIUsageReasoningOutputTokensKey = attribute.Key("gen_ai.usage.reasoning.output_tokens")

// GenAIUsageReasoningOutputTokens returns "gen_ai.usage.reasoning.output_tokens" with value v.
func GenAIUsageReasoningOutputTokens(v int) attribute.KeyValue {
	return GenAIUsageReasoningOutputTokensKey.Int(v)
}

// JSONRPCProtocolVersionKey is "jsonrpc.protocol.version". Version of JSON-RPC where it is not 2.0.
//
// Type: string. Stability: development. Example: "1.0".
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server; metrics mcp.client.operation.duration,
// mcp.server.operation.duration.
const JSONRPCProtocolVersionKey = attribute.Key("jsonrpc.protocol.version")

// JSONRPCProtocolVersion returns "jsonrpc.protocol.version" with value v.
func JSONRPCProtocolVersion(v string) attribute.KeyValue { return JSONRPCProtocolVersionKey.String(v) }

// JSONRPCRequestIDKey is "jsonrpc.request.id". Id of the JSON-RPC request as text.
//
// Type: string. Stability: development. Example: "10".
//
// Conditionally required on spans ambit.mcp.client, ambit.mcp.server.
const JSONRPCRequestIDKey = attribute.Key("jsonrpc.request.id")

// JSONRPCRequestID returns "jsonrpc.request.id" with value v.
func JSONRPCRequestID(v string) attribute.KeyValue { return JSONRPCRequestIDKey.String(v) }

// MCPMethodNameKey is "mcp.method.name". The MCP method.
//
// Not closed, since MCP 2026-07-28 has methods that the conventions do not list yet.
//
// Type: enum, open. Stability: development. Example: "tools/call".
//
// Required on spans ambit.mcp.client, ambit.mcp.server; metrics mcp.client.operation.duration,
// mcp.server.operation.duration.
//
// Conditionally required on span ambit.refuse_tool.
const MCPMethodNameKey = attribute.Key("mcp.method.name")

// Values of [MCPMethodNameKey].
var (
	// MCPMethodNameInitialize is "initialize". First request of a session (until 2025-11-25).
	MCPMethodNameInitialize = MCPMethodNameKey.String("initialize")
	// MCPMethodNamePing is "ping". Asking whether the peer is alive.
	MCPMethodNamePing = MCPMethodNameKey.String("ping")
	// MCPMethodNameToolsList is "tools/list". Listing tools.
	MCPMethodNameToolsList = MCPMethodNameKey.String("tools/list")
	// MCPMethodNameToolsCall is "tools/call". Calling a tool.
	MCPMethodNameToolsCall = MCPMethodNameKey.String("tools/call")
	// MCPMethodNamePromptsList is "prompts/list". Listing prompts.
	MCPMethodNamePromptsList = MCPMethodNameKey.String("prompts/list")
	// MCPMethodNamePromptsGet is "prompts/get". Getting a prompt.
	MCPMethodNamePromptsGet = MCPMethodNameKey.String("prompts/get")
	// MCPMethodNameResourcesList is "resources/list". Listing resources.
	MCPMethodNameResourcesList = MCPMethodNameKey.String("resources/list")
	// MCPMethodNameResourcesTemplatesList is "resources/templates/list". Listing resource templates.
	MCPMethodNameResourcesTemplatesList = MCPMethodNameKey.String("resources/templates/list")
	// MCPMethodNameResourcesRead is "resources/read". Reading a resource.
	MCPMethodNameResourcesRead = MCPMethodNameKey.String("resources/read")
	// MCPMethodNameResourcesSubscribe is "resources/subscribe". Subscribing to a resource.
	MCPMethodNameResourcesSubscribe = MCPMethodNameKey.String("resources/subscribe")
	// MCPMethodNameResourcesUnsubscribe is "resources/unsubscribe". Ending a subscription.
	MCPMethodNameResourcesUnsubscribe = MCPMethodNameKey.String("resources/unsubscribe")
	// MCPMethodNameLoggingSetLevel is "logging/setLevel". Setting the log level.
	MCPMethodNameLoggingSetLevel = MCPMethodNameKey.String("logging/setLevel")
	// MCPMethodNameCompletionComplete is "completion/complete". Completing a prompt argument.
	MCPMethodNameCompletionComplete = MCPMethodNameKey.String("completion/complete")
	// MCPMethodNameRootsList is "roots/list". Listing roots.
	MCPMethodNameRootsList = MCPMethodNameKey.String("roots/list")
	// MCPMethodNameSamplingCreateMessage is "sampling/createMessage". Asking the client for a model
	// call.
	MCPMethodNameSamplingCreateMessage = MCPMethodNameKey.String("sampling/createMessage")
	// MCPMethodNameElicitationCreate is "elicitation/create". Asking the user through the client.
	MCPMethodNameElicitationCreate = MCPMethodNameKey.String("elicitation/create")
	// MCPMethodNameNotificationsInitialized is "notifications/initialized". The client is ready.
	MCPMethodNameNotificationsInitialized = MCPMethodNameKey.String("notifications/initialized")
	// MCPMethodNameNotificationsCancelled is "notifications/cancelled". A request is cancelled.
	MCPMethodNameNotificationsCancelled = MCPMethodNameKey.String("notifications/cancelled")
	// MCPMethodNameNotificationsProgress is "notifications/progress". Progress of a request.
	MCPMethodNameNotificationsProgress = MCPMethodNameKey.String("notifications/progress")
	// MCPMethodNameNotificationsMessage is "notifications/message". A log message.
	MCPMethodNameNotificationsMessage = MCPMethodNameKey.String("notifications/message")
	// MCPMethodNameNotificationsToolsListChanged is "notifications/tools/list_changed". The tools
	// changed.
	MCPMethodNameNotificationsToolsListChanged = MCPMethodNameKey.String("notifications/tools/list_changed")
	// MCPMethodNameNotificationsPromptsListChanged is "notifications/prompts/list_changed". The prompts
	// changed.
	MCPMethodNameNotificationsPromptsListChanged = MCPMethodNameKey.String("notifications/prompts/list_changed")
	// MCPMethodNameNotificationsResourcesListChanged is "notifications/resources/list_changed". The
	// resources changed.
	MCPMethodNameNotificationsResourcesListChanged = MCPMethodNameKey.String("notifications/resources/list_changed")
	// MCPMethodNameNotificationsResourcesUpdated is "notifications/resources/updated". A resource
	// changed.
	MCPMethodNameNotificationsResourcesUpdated = MCPMethodNameKey.String("notifications/resources/updated")
	// MCPMethodNameNotificationsRootsListChanged is "notifications/roots/list_changed". The roots
	// changed.
	MCPMethodNameNotificationsRootsListChanged = MCPMethodNameKey.String("notifications/roots/list_changed")
)

// MCPMethodName returns "mcp.method.name" with value v.
func MCPMethodName(v string) attribute.KeyValue { return MCPMethodNameKey.String(v) }

// MCPProtocolVersionKey is "mcp.protocol.version". MCP revision in use.
//
// Type: string. Stability: development. Example: "2026-07-28".
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server; metrics mcp.client.operation.duration,
// mcp.client.session.duration, mcp.server.operation.duration, mcp.server.session.duration.
const MCPProtocolVersionKey = attribute.Key("mcp.protocol.version")

// MCPProtocolVersion returns "mcp.protocol.version" with value v.
func MCPProtocolVersion(v string) attribute.KeyValue { return MCPProtocolVersionKey.String(v) }

// MCPResourceURIKey is "mcp.resource.uri". The resource.
//
// Type: string. Stability: development. Example: "file:///src/shop/README.md".
//
// Conditionally required on spans ambit.mcp.client, ambit.mcp.server.
//
// Opt-in on metrics mcp.client.operation.duration, mcp.server.operation.duration.
const MCPResourceURIKey = attribute.Key("mcp.resource.uri")

// MCPResourceURI returns "mcp.resource.uri" with value v.
func MCPResourceURI(v string) attribute.KeyValue { return MCPResourceURIKey.String(v) }

// MCPSessionIDKey is "mcp.session.id". The peer's MCP session, which newer revisions do not have.
//
// Type: string. Stability: development. Example: "191c4850af6c49e08843a3f6c80e5046".
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server.
const MCPSessionIDKey = attribute.Key("mcp.session.id")

// MCPSessionID returns "mcp.session.id" with value v.
func MCPSessionID(v string) attribute.KeyValue { return MCPSessionIDKey.String(v) }

// NetworkProtocolNameKey is "network.protocol.name". Application protocol over the transport.
//
// Type: string. Stability: stable. Example: "http".
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server; metrics mcp.client.operation.duration,
// mcp.client.session.duration, mcp.server.operation.duration, mcp.server.session.duration.
const NetworkProtocolNameKey = attribute.Key("network.protocol.name")

// NetworkProtocolName returns "network.protocol.name" with value v.
func NetworkProtocolName(v string) attribute.KeyValue { return NetworkProtocolNameKey.String(v) }

// NetworkProtocolVersionKey is "network.protocol.version". Version of the application protocol.
//
// Type: string. Stability: stable. Example: "1.1".
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server; metrics mcp.client.operation.duration,
// mcp.client.session.duration, mcp.server.operation.duration, mcp.server.session.duration.
const NetworkProtocolVersionKey = attribute.Key("network.protocol.version")

// NetworkProtocolVersion returns "network.protocol.version" with value v.
func NetworkProtocolVersion(v string) attribute.KeyValue { return NetworkProtocolVersionKey.String(v) }

// NetworkTransportKey is "network.transport". Transport of the connection.
//
// Type: enum, open. Stability: stable. Example: "pipe".
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server; metrics mcp.client.operation.duration,
// mcp.client.session.duration, mcp.server.operation.duration, mcp.server.session.duration.
const NetworkTransportKey = attribute.Key("network.transport")

// Values of [NetworkTransportKey].
var (
	// NetworkTransportTCP is "tcp". TCP.
	NetworkTransportTCP = NetworkTransportKey.String("tcp")
	// NetworkTransportUDP is "udp". UDP.
	NetworkTransportUDP = NetworkTransportKey.String("udp")
	// NetworkTransportPipe is "pipe". Named or anonymous pipe, as MCP's stdio.
	NetworkTransportPipe = NetworkTransportKey.String("pipe")
	// NetworkTransportUnix is "unix". Unix domain socket.
	NetworkTransportUnix = NetworkTransportKey.String("unix")
	// NetworkTransportQUIC is "quic". QUIC.
	NetworkTransportQUIC = NetworkTransportKey.String("quic")
)

// NetworkTransport returns "network.transport" with value v.
func NetworkTransport(v string) attribute.KeyValue { return NetworkTransportKey.String(v) }

// ProcessExecutableNameKey is "process.executable.name". Name of the program the tool ran.
//
// Type: string. Stability: development. Example: "go".
//
// Conditionally required on span ambit.execute_tool.
const ProcessExecutableNameKey = attribute.Key("process.executable.name")

// ProcessExecutableName returns "process.executable.name" with value v.
func ProcessExecutableName(v string) attribute.KeyValue { return ProcessExecutableNameKey.String(v) }

// ProcessExitCodeKey is "process.exit.code". Exit code of the program the tool ran.
//
// Type: int. Stability: development. Example: 0.
//
// Conditionally required on span ambit.execute_tool.
const ProcessExitCodeKey = attribute.Key("process.exit.code")

// ProcessExitCode returns "process.exit.code" with value v.
func ProcessExitCode(v int) attribute.KeyValue { return ProcessExitCodeKey.Int(v) }

// RPCResponseStatusCodeKey is "rpc.response.status_code". Status code of the response, a JSON-RPC
// error code here, as text.
//
// Type: string. Stability: release_candidate. Example: "-32602".
//
// Conditionally required on spans ambit.mcp.client, ambit.mcp.server; metrics
// mcp.client.operation.duration, mcp.server.operation.duration.
const RPCResponseStatusCodeKey = attribute.Key("rpc.response.status_code")

// RPCResponseStatusCode returns "rpc.response.status_code" with value v.
func RPCResponseStatusCode(v string) attribute.KeyValue { return RPCResponseStatusCodeKey.String(v) }

// SecurityRuleNameKey is "security_rule.name". The rule that decided.
//
// Type: string. Stability: development. Example: "no-egress-after-secret".
//
// Conditionally required on metrics ambit.decision.flips, ambit.decisions.
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// event ambit.boundary.crossed.
const SecurityRuleNameKey = attribute.Key("security_rule.name")

// SecurityRuleName returns "security_rule.name" with value v.
func SecurityRuleName(v string) attribute.KeyValue { return SecurityRuleNameKey.String(v) }

// SecurityRuleRulesetNameKey is "security_rule.ruleset.name". The ruleset or policy the rule is
// part of.
//
// Type: string. Stability: development. Example: "payments-rounding".
//
// Required on metric ambit.grant.uses.
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const SecurityRuleRulesetNameKey = attribute.Key("security_rule.ruleset.name")

// SecurityRuleRulesetName returns "security_rule.ruleset.name" with value v.
func SecurityRuleRulesetName(v string) attribute.KeyValue {
	return SecurityRuleRulesetNameKey.String(v)
}

// ServerAddressKey is "server.address". Host name or address of the server.
//
// Type: string. Stability: stable. Example: "api.example.com".
//
// Recommended on spans ambit.chat, ambit.mcp.client, ambit.mcp.server.
const ServerAddressKey = attribute.Key("server.address")

// ServerAddress returns "server.address" with value v.
func ServerAddress(v string) attribute.KeyValue { return ServerAddressKey.String(v) }

// ServerPortKey is "server.port". Port of the server.
//
// Type: int. Stability: stable. Example: 443.
//
// Conditionally required on span ambit.chat.
//
// Recommended on spans ambit.mcp.client, ambit.mcp.server.
const ServerPortKey = attribute.Key("server.port")

// ServerPort returns "server.port" with value v.
func ServerPort(v int) attribute.KeyValue { return ServerPortKey.Int(v) }

// UserHashKey is "user.hash". Keyed hash of the person's id.
//
// Type: string. Stability: development. Example: "364fc68eaf4c8acec74a4e52d7d1feaa".
//
// Recommended on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool, ambit.refuse_tool,
// ambit.mcp.client, ambit.mcp.server, ambit.session.
//
// Privacy: Tells one person's activity apart without naming them.
const UserHashKey = attribute.Key("user.hash")

// UserHash returns "user.hash" with value v.
func UserHash(v string) attribute.KeyValue { return UserHashKey.String(v) }

// UserIDKey is "user.id". The person the work is done for.
//
// Type: string. Stability: development. Example: "ada@example.com".
//
// Recommended on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool, ambit.refuse_tool,
// ambit.mcp.client, ambit.mcp.server, ambit.session.
//
// Privacy: Names a person; user.hash takes its place in privacy mode.
const UserIDKey = attribute.Key("user.id")

// UserID returns "user.id" with value v.
func UserID(v string) attribute.KeyValue { return UserIDKey.String(v) }
