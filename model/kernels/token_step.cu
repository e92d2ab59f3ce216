// One token through all language layers as one CUDA graph: five launches a layer and two around them.
#include "model/kernels/entry.cuh"
#include "model/kernels/token_linear.cuh"

using namespace prunescope::model;
using namespace prunescope::model::cuda;

namespace {

constexpr int kEarlyMajor = 9; // first GPUs on which a kernel can start before the one before it has ended

void queueLayer(Launcher& launch, const TokenPlan& plan, int index) {
    const TokenLayer& layer = plan.layers[index];
    const auto normed = [&](const float* weight) { return NormedInput{plan.hidden, weight, plan.epsilon, plan.type}; };
    normedProduct(launch, normed(layer.inputNorm), {{layer.q, layer.k, layer.v}, 3}, plan.qkv);
    tokenAttention(launch, plan, index);
    addedProduct(launch, plan.attended, layer.o, plan.hidden, plan.type);
    gatedProduct(launch, normed(layer.postNorm), layer.gate, layer.up, plan.gated);
    addedProduct(launch, plan.gated, layer.down, plan.hidden, plan.type);
}

cudaError_t queueStep(Launcher launch, const TokenPlan& plan) {
    beginToken(launch, plan);
    for (int i = 0; i < plan.layerCount; ++i)
        queueLayer(launch, plan, i);
    endToken(launch, plan);
    return launch.error();
}

/// Ends the capture in any case.
cudaError_t capture(const TokenPlan& plan, bool early, cudaStream_t stream, cudaGraph_t* graph) {
    const cudaError_t begun = cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal);
    if (begun != cudaSuccess)
        return begun;
    const cudaError_t queued = queueStep(Launcher(stream, early), plan);
    const cudaError_t ended = cudaStreamEndCapture(stream, graph);
    return queued != cudaSuccess ? queued : ended;
}

cudaError_t makeGraph(const TokenPlan& plan, cudaGraphExec_t* executable) {
    int device = 0, major = 0;
    cudaError_t error = cudaGetDevice(&device);
    if (error == cudaSuccess)
        error = cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
    if (error == cudaSuccess)
        error = queueStep(Launcher::loading(), plan);
    cudaStream_t stream = nullptr; // one that the default stream, which others use meanwhile, does not wait for
    if (error == cudaSuccess)
        error = cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    if (error != cudaSuccess)
        return error;
    cudaGraph_t graph = nullptr;
    error = capture(plan, major >= kEarlyMajor, stream, &graph);
    if (error == cudaSuccess)
        error = cudaGraphInstantiate(executable, graph, 0);
    if (graph)
        cudaGraphDestroy(graph);
    cudaStreamDestroy(stream);
    return error;
}

__global__ void setTokenKernel(TokenState* state, std::int64_t id, std::int64_t position, std::int64_t length,
                               std::int64_t capacity) {
    state->id = id;
    state->position = position;
    state->length = length;
    state->capacity = capacity;
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_make_token_graph(const TokenPlan* plan, void** graph) {
    return settled(makeGraph(*plan, reinterpret_cast<cudaGraphExec_t*>(graph)));
}

PRUNESCOPE_ENTRY int prunescope_launch_graph(void* graph, void* stream) {
    return settled(cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph), static_cast<cudaStream_t>(stream)));
}

PRUNESCOPE_ENTRY int prunescope_destroy_graph(void* graph) {
    return settled(cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph)));
}

PRUNESCOPE_ENTRY int prunescope_set_token(TokenState* state, std::int64_t id, std::int64_t position,
                                          std::int64_t length, std::int64_t capacity, void* stream) {
    Launcher launch(static_cast<cudaStream_t>(stream), false);
    launch(setTokenKernel, dim3(1), 1, 0, state, id, position, length, capacity);
    return settled(launch.error());
}

PRUNESCOPE_ENTRY int prunescope_multiprocessors(int device, int* count) {
    return settled(cudaDeviceGetAttribute(count, cudaDevAttrMultiProcessorCount, device));
}

PRUNESCOPE_IS_LAYER_MEMBER(prunescope_make_token_graph, makeTokenGraph);
PRUNESCOPE_IS_LAYER_MEMBER(prunescope_launch_graph, launchGraph);
PRUNESCOPE_IS_LAYER_MEMBER(prunescope_destroy_graph, destroyGraph);
PRUNESCOPE_IS_LAYER_MEMBER(prunescope_set_token, setToken);
PRUNESCOPE_IS_LAYER_MEMBER(prunescope_multiprocessors, multiprocessors);
