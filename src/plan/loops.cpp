#include "plan/loops.hpp"

#include <algorithm>
#include <limits>

#include <hindsight/error.hpp>
#include <hindsight/op.hpp>

#include "base/flush_to_zero.hpp"
#include "base/format.hpp"
#include "ops/shared/classes.hpp"

namespace hindsight {
namespace {

using Kind = Recording::Source::Kind;

std::vector<std::vector<std::size_t>> users_of(const Graph& graph) {
  std::vector<std::vector<std::size_t>> users(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i)
    for (const std::size_t input : graph.inputs(i))
      if (users[input].empty() || users[input].back() != i) users[input].push_back(i);
  return users;
}

}  // namespace

double parameter_of(const Tensor& node) {
  for (const Attribute& attribute : node.attributes())
    if (const double* value = std::get_if<double>(&attribute.value)) return *value;
  return 0;
}

/// A parameter as it lies in the plan.
template <class T>
class Loops<T>::Home : public ParameterHomes::Layout {
 public:
  Home(Loops& plan, std::size_t node) : plan_(plan), node_(node) {}
  void store(const Array& value) override { plan_.store(node_, value); }
  Array load() const override { return plan_.load(node_); }

 private:
  Loops& plan_;
  std::size_t node_;
};

template <class T>
Loops<T>::Loops(const Recording& step, const Batch& lie, std::vector<bool> nodes_elsewhere)
    : recording(step),
      batch(lie),
      elsewhere(std::move(nodes_elsewhere)),
      updates(Updates::of(recording, batch, elsewhere)),
      target(kernels::target()),
      users(users_of(recording.graph)),
      done(recording.graph.size(), false) {}

template <class T>
void Loops<T>::run(std::span<const Tensor* const> inputs) {
  const FlushToZero flush(!keeps_denormals_);
  // Whatever may throw comes before anything changes.
  for (Given& given : given_) take(given, inputs[given.which]->array());
  run_taken();
}

template <class T>
bool Loops<T>::run_on_numbers(const void* input, void* output) {
  if (!maps_samples_) return false;
  const FlushToZero flush(!keeps_denormals_);
  Given& given = given_[0];
  if (!given.source.is_abstract()) given.source = Array();
  homes_.fetch();
  load_samples(given.node, {static_cast<const T*>(input), given.row, 1});
  run_samples();
  store_samples(recording.outputs[0], static_cast<T*>(output));
  return true;
}

template <class T>
void Loops<T>::run_taken() {
  homes_.fetch();
  interpreter.run();
  for (const std::size_t node : computed_) store(node, interpreter.value(node));
  for (const std::size_t node : masks_) load_samples(node, Strided::of(interpreter.value(node)));
  for (const auto& [scalar, node] : scalars_) *whole[node] = static_cast<T>(recording.scalars[scalar].read());
  std::fill(totals.begin(), totals.end(), 0.0);
  run_samples();
  for (const Step& step : steps) step.run();
  interpreter.assign();
  homes_.moved();
  for (const auto& [parameter, node] : recording.gradients) Parameter(parameter).set_grad(Tensor(load(node)));
}

template <class T>
PlanCost Loops<T>::cost() const {
  return {flops_of(recording), static_cast<std::int64_t>(arena.buffers()),
          static_cast<std::int64_t>(arena.bytes())};
}

template <class T>
std::string Loops<T>::describe() const {
  std::string text = formatted("{} FLOPs, {} buffers of {} bytes in all; a run allocates nothing\n",
                               flops_of(recording), arena.buffers(), arena.bytes());
  text += describe_samples();
  if (const std::string before = interpreter.describe(); !before.empty())
    text += "before the samples:\n" + before;
  if (!steps.empty()) text += "after the samples:\n";
  for (const Step& step : steps) text += "  " + step.text + "\n";
  return text;
}

template <class T>
bool Loops<T>::build(std::string& reason) {
  totals.reserve(graph().size());
  if (!interpreter.choose(recording, batch, dtype_of<T>(), with_kernels(), reason)) return false;
  place_whole();
  for (std::size_t i = 0; i < graph().size(); ++i) {
    const Tensor& node = graph()[i];
    if (!interpreter.computes(i) || node.dtype() != dtype_of<T>()) continue;
    if (name(i) != "broadcast_to") computed_.push_back(i);
    if (node.dim() < 1 || node.dim() > 2 || node.shape()[0] != batch.size) continue;
    masks_.push_back(i);
    place_samples(i);
  }
  for (std::size_t i = 0; i < graph().size(); ++i)
    if (recording.sources[i] && !leaf(i, reason)) return false;
  for (const std::size_t output : recording.outputs)
    if (batch.is_samples(output)) place_samples(output);
  if (!schedule_samples(reason) || !schedule_updates(reason) || !results(reason)) return false;
  schedule_last();
  maps_samples_ = given_.size() == 1 && given_[0].classes == 0 && recording.outputs.size() == 1 &&
                  batch.is_samples(recording.outputs[0]) &&
                  graph()[recording.outputs[0]].dtype() == dtype_of<T>() && interpreter.is_empty() &&
                  masks_.empty() && scalars_.empty() && totals.empty() && steps.empty() &&
                  recording.gradients.empty();
  keeps_denormals_ = maps_samples_ && batch.size == 1;
  return true;
}

template <class T>
std::vector<bool> Loops<T>::with_kernels() const {
  std::vector<bool> has(graph().size(), false);
  for (std::size_t i = 0; i < has.size(); ++i) {
    const Tensor& node = graph()[i];
    if (node.dtype() != dtype_of<T>() || is_early(i) || is_read_by_samples(i)) continue;
    has[i] = (node.op().elementwise && kernels::find_elementwise<T>(target, node.op().name)) ||
             (node.op().name == "sum" && node.elements() == 1);
    for (const Tensor& input : node.inputs()) has[i] = has[i] && input.dtype() == dtype_of<T>();
  }
  return has;
}

/// Whether samples read a whole node, or a view of it: loops over parameters run after the samples, which is
/// too late.
template <class T>
bool Loops<T>::is_read_by_samples(std::size_t node) const {
  return batch.place[node] == Batch::Place::whole &&
         std::any_of(users[node].begin(), users[node].end(), [&](std::size_t user) {
           return batch.place[user] != Batch::Place::whole ||
                  (is_view(graph()[user]) && is_read_by_samples(user));
         });
}

template <class T>
bool Loops<T>::is_result(std::size_t i) const {
  const auto is_it = [i](const auto& entry) { return entry.second == i; };
  return std::find(recording.outputs.begin(), recording.outputs.end(), i) != recording.outputs.end() ||
         std::any_of(recording.assignments.begin(), recording.assignments.end(), is_it) ||
         std::any_of(recording.gradients.begin(), recording.gradients.end(), is_it);
}

template <class T>
std::size_t Loops<T>::only_user(std::size_t i) const {
  return users[i].size() == 1 && !is_result(i) ? users[i][0] : Graph::none;
}

template <class T>
bool Loops<T>::is_input(std::size_t i) const {
  return recording.sources[i] && recording.sources[i]->kind == Kind::input;
}

template <class T>
std::size_t Loops<T>::source(std::size_t i) const {
  const auto shows_input = [&] {
    return name(i) == "broadcast_to" || (is_view(graph()[i]) && !interpreter.computes(i));
  };
  while (!recording.sources[i] && shows_input()) i = input(i, 0);
  return i;
}

template <class T>
std::size_t Loops<T>::total_of(std::size_t node) {
  const std::size_t slot = totals.size();
  totals.push_back(0);
  steps.push_back({formatted("total: %{}", node),
                   [total = totals.data() + slot, out = whole[node]] { *out = static_cast<T>(*total); }});
  return slot;
}

// Every member of a row begins a cache line, for what works on it alone.
template <class T>
void Loops<T>::place_whole() {
  whole.assign(graph().size(), nullptr);
  numbers.assign(graph().size(), 0);
  std::vector<T*> start(updates.rows.size(), nullptr);
  for (std::size_t r = 0; r < updates.rows.size(); ++r) {
    const auto& nodes = updates.rows[r].nodes;
    const Tensor& first = graph()[nodes[0]];
    if (first.dtype() != dtype_of<T>() ||
        (first.op().name == "broadcast_to" && !interpreter.computes(nodes[0])))
      continue;
    if (elsewhere[nodes[0]] && !is_result(nodes[0])) continue;
    if (nodes.size() == 1 && first.op().name == "reshape" && !interpreter.computes(nodes[0])) {
      whole[nodes[0]] = whole[input(nodes[0], 0)];
      numbers[nodes[0]] = numbers[input(nodes[0], 0)];
      continue;
    }
    std::size_t count = 0;
    for (const std::size_t node : nodes) {
      numbers[node] = numbers_of(node);
      count += Arena::whole_lines<T>(numbers[node]);
    }
    const std::size_t over = overwritten_row(r);
    start[r] = over == Graph::none ? arena.template make<T>(count) : start[over];
    T* data = start[r];
    for (const std::size_t node : nodes) {
      whole[node] = data;
      data += Arena::whole_lines<T>(numbers[node]);
    }
  }
}

template <class T>
bool Loops<T>::leaf(std::size_t i, std::string& reason) {
  const Recording::Source& source = *recording.sources[i];
  const Tensor& node = graph()[i];
  const bool numbers_of_step = node.dtype() == dtype_of<T>();
  if (source.kind == Kind::input && (numbers_of_step || (node.dtype() == int64 && node.dim() == 1))) {
    Given given{source.which, i};
    if (numbers_of_step) {
      given.row = static_cast<std::ptrdiff_t>(features(node));
      place_samples(i);
    } else {
      given.classes = std::numeric_limits<std::int64_t>::max();
      for (const std::size_t user : users[i])
        if (name(user) == "softmax_loss" || name(user) == "softmax_residual")
          given.classes = std::min(given.classes, features(graph()[input(user, 0)]));
      classes.resize(std::max(classes.size(), source.which + 1));
    }
    given_.push_back(std::move(given));
    return true;
  }
  if (source.kind == Kind::parameter && interpreter.reads(i)) {
    homes_.add(source.parameter, interpreter.layout(i), is_moved(source.parameter));
    if (!is_read_by_loops(i)) return true;
    reason = formatted("parameter \"{}\" is read by loops and by single operations", source.parameter.name());
    return false;
  }
  if (!numbers_of_step) {
    if (!interpreter.reads(i))
      reason = formatted("{} of {} numbers", node.shape().str(), hindsight::name(node.dtype()));
    return interpreter.reads(i);
  }
  if (source.kind == Kind::scalar) scalars_.emplace_back(source.which, i);
  if (source.kind == Kind::parameter)
    homes_.add(source.parameter, std::make_unique<Home>(*this, i), is_moved(source.parameter));
  if (source.kind == Kind::constant) store(i, node.array());
  return true;
}

/// Loops see through broadcasts, also those that the interpreter computes.
template <class T>
bool Loops<T>::is_read_by_loops(std::size_t node) const {
  return std::any_of(users[node].begin(), users[node].end(), [&](std::size_t user) {
    return !interpreter.computes(user) || (name(user) == "broadcast_to" && is_read_by_loops(user));
  });
}

template <class T>
bool Loops<T>::is_moved(const Parameter& parameter) const {
  return std::any_of(recording.assignments.begin(), recording.assignments.end(),
                     [&](const auto& assignment) { return assignment.first.is(parameter); });
}

/// What was taken at the last run is there still: values never change.
template <class T>
void Loops<T>::take(Given& given, const Array& value) {
  const Array& before = given.source;
  if (before.storage() == value.storage() && before.offset() == value.offset() &&
      before.strides() == value.strides())
    return;
  if (given.classes == 0) {
    load_samples(given.node, Strided::of(value));
    given.source = value;
    return;
  }
  require_classes(value, given.classes);
  given.source = value.contiguous();
  classes[given.which] = given.source.template data<std::int64_t>();
}

template <class T>
typename Loops<T>::Strided Loops<T>::Strided::of(const Array& value) {
  return {value.data<T>(), static_cast<std::ptrdiff_t>(value.strides()[0]),
          value.rank() == 2 ? static_cast<std::ptrdiff_t>(value.strides()[1]) : 0};
}

template <class T>
Array Loops<T>::value_of(std::size_t node) const {
  if (!batch.is_samples(node)) return load(node);
  Array value(graph()[node].shape(), dtype_of<T>());
  store_samples(node, value.template mutable_data<T>());
  return value;
}

template <class T>
std::size_t Loops<T>::numbers_of(std::size_t node) const {
  return static_cast<std::size_t>(graph()[node].elements());
}

template <class T>
void Loops<T>::store(std::size_t node, const Array& value) {
  const Array dense = value.contiguous();
  std::copy_n(dense.template data<T>(), dense.elements(), whole[node]);
}

template <class T>
Array Loops<T>::load(std::size_t node) const {
  Array value(graph()[node].shape(), dtype_of<T>());
  std::copy_n(whole[source(node)], value.elements(), value.template mutable_data<T>());
  return value;
}

template <class T>
double Loops<T>::sum(std::size_t node) const {
  return kernels::vector_ops<T>(target)->sum(whole[node], numbers[node]);
}

template class Loops<float>;
template class Loops<double>;

}  // namespace hindsight
