#include "plan/interpreter.hpp"

#include <algorithm>

#include <hindsight/op.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

/// Copies numbers into an array that keeps its place.
void copy(const Array& from, Array& to) {
  const Array dense = from.contiguous();
  const std::size_t size = size_of(dense.dtype());
  const std::byte* first = dense.storage().data() + static_cast<std::size_t>(dense.offset()) * size;
  std::copy_n(first, static_cast<std::size_t>(dense.elements()) * size, to.mutable_data<std::byte>());
}

void put(double number, Array& to) {
  if (to.dtype() == float32)
    *to.mutable_data<float>() = static_cast<float>(number);
  else
    *to.mutable_data<double>() = number;
}

class InPlace : public ParameterHomes::Layout {
 public:
  explicit InPlace(Array& value) : value_(value) {}
  void store(const Array& value) override { copy(value, value_); }
  Array load() const override {
    Array result(value_.shape(), value_.dtype());
    copy(value_, result);
    return result;
  }

 private:
  Array& value_;
};

}  // namespace

bool Interpreter::choose(const Recording& recording, const Batch& batch, DType dtype,
                         const std::vector<bool>& has_kernel, std::string& reason) {
  recording_ = &recording;
  const Graph& graph = recording.graph;
  computed_.assign(graph.size(), false);
  read_.assign(graph.size(), false);
  // From the end: what a node of this part reads belongs to this part too.
  for (std::size_t i = graph.size(); i-- > 0;) {
    if (recording.sources[i] || batch.place[i] != Batch::Place::whole) continue;
    const bool sums_samples = batch.adds_samples(recording, i);
    const bool has_loop = sums_samples || has_kernel[i] || (is_view(graph[i]) && graph[i].dtype() == dtype);
    if (has_loop && !computed_[i]) continue;
    if (sums_samples) {
      reason = formatted("{} {} is needed by an operation without a vector kernel", graph[i].op().name,
                         graph[i].shape().str());
      return false;
    }
    computed_[i] = true;
    for (const std::size_t input : graph.inputs(i))
      (recording.sources[input] ? read_ : computed_)[input] = true;
  }
  make_places();
  return true;
}

void Interpreter::make_places() {
  const Graph& graph = recording_->graph;
  values_.resize(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!computed_[i] && !read_[i]) continue;
    const Tensor& node = graph[i];
    if (computed_[i]) order_.push_back(i);
    if (read_[i] && recording_->sources[i]->kind == Recording::Source::Kind::scalar) scalars_.push_back(i);
    const bool constant = read_[i] && recording_->sources[i]->kind == Recording::Source::Kind::constant;
    if (constant)
      values_[i] = node.array();
    else if (read_[i] || !node.op().view)
      values_[i] = Array(node.shape(), node.dtype());
  }
  for (const auto& [parameter, node] : recording_->assignments)
    if (const std::size_t leaf = recording_->leaf_of(parameter);
        leaf != Graph::none && read_[leaf] && computed_[node])
      assignments_.emplace_back(leaf, node);
}

bool Interpreter::assigns(std::size_t node) const {
  return std::any_of(assignments_.begin(), assignments_.end(),
                     [&](const auto& pair) { return pair.second == node; });
}

std::unique_ptr<ParameterHomes::Layout> Interpreter::layout(std::size_t leaf) {
  return std::make_unique<InPlace>(values_[leaf]);
}

void Interpreter::run() {
  const Graph& graph = recording_->graph;
  for (const std::size_t leaf : scalars_)
    put(recording_->scalars[recording_->sources[leaf]->which].read(), values_[leaf]);
  for (const std::size_t i : order_) {
    const Tensor& node = graph[i];
    InlineVector<const Array*, 4> operands;
    for (const std::size_t input : graph.inputs(i)) operands.push_back(&values_[input]);
    if (node.op().view)
      values_[i] = node.op().view(*operands[0], node.attributes());
    else
      node.op().forward(Operands(operands), node.attributes(), values_[i]);
  }
}

void Interpreter::assign() {
  for (const auto& [leaf, node] : assignments_) copy(values_[node], values_[leaf]);
}

std::string Interpreter::describe() const {
  std::string text;
  for (std::size_t i = 0; i < computed_.size(); ++i)
    if (computed_[i])
      text +=
          formatted("  {} {}: %{}\n", recording_->graph[i].op().name, recording_->graph[i].shape().str(), i);
  return text;
}

}  // namespace hindsight
