#include "plan/narrow/narrow.hpp"

#include <algorithm>
#include <limits>

#include <hindsight/error.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/flush_to_zero.hpp"

namespace hindsight {
namespace narrow {

double parameter_of(const Tensor& node) {
  for (const Attribute& attribute : node.attributes())
    if (const double* value = std::get_if<double>(&attribute.value)) return *value;
  return 0;
}

template <class T>
std::vector<std::vector<std::size_t>> Program<T>::users() const {
  std::vector<std::vector<std::size_t>> users(graph().size());
  for (std::size_t i = 0; i < graph().size(); ++i)
    for (const std::size_t input : graph().inputs(i))
      if (users[input].empty() || users[input].back() != i) users[input].push_back(i);
  return users;
}
template struct Program<float>;
template struct Program<double>;

namespace {

using Kind = Recording::Source::Kind;

template <class T>
void store(const Array& value, T* to) {
  const Array dense = value.contiguous();
  std::copy_n(dense.data<T>(), dense.elements(), to);
}

/// A parameter as it lies in the plan: in the eager order.
template <class T>
class InOrder : public ParameterHomes::Layout {
 public:
  InOrder(T* data, TensorType type) : data_(data), type_(std::move(type)) {}
  void store(const Array& value) override { narrow::store(value, data_); }
  Array load() const override {
    Array value(type_.shape, type_.dtype);
    std::copy_n(data_, value.elements(), value.template mutable_data<T>());
    return value;
  }

 private:
  T* data_;
  TensorType type_;
};

template <class T>
class Narrow : public Execution {
 public:
  /// Null where the recording does not fit. Only a first attempt tells how many features are kept, and so how
  /// many samples fit into the cache.
  static std::unique_ptr<Execution> of(const Recording& recording, const Batch& batch, std::string& reason) {
    const std::size_t lanes = kernels::narrow<T>(kernels::target()).lanes;
    const std::size_t vectors = (static_cast<std::size_t>(batch.size) + lanes - 1) / lanes;
    auto plan = std::make_unique<Narrow>(recording, batch, vectors);
    if (!plan->built(reason)) return nullptr;
    constexpr std::size_t cache = 40 * 1024, fewest = 4;
    const std::size_t bytes = plan->p_.sample_numbers * sizeof(T);
    if (bytes <= cache || vectors <= fewest) return plan;
    const std::size_t tiles = std::min((bytes + cache - 1) / cache, (vectors + fewest - 1) / fewest);
    plan = std::make_unique<Narrow>(recording, batch, (vectors + tiles - 1) / tiles);
    return plan->built(reason) ? std::move(plan) : nullptr;
  }

  Narrow(const Recording& recording, const Batch& batch, std::size_t vectors_a_tile) {
    p_.recording = recording;
    p_.batch = batch;
    p_.updates = Updates::of(p_.recording, p_.batch);
    p_.target = &kernels::target();
    p_.kernels = &kernels::narrow<T>(*p_.target);
    p_.stride = vectors_a_tile * p_.lanes();
    p_.tiles = (static_cast<std::size_t>(batch.size) + p_.stride - 1) / p_.stride;
  }

  void run(std::span<const Tensor* const> inputs) override {
    const FlushToZero flush;
    homes_.fetch();
    p_.interpreter.run();
    for (const auto& [node, data] : computed_) store(p_.interpreter.value(node), data);
    for (const Packed& packed : masks_) pack(packed, p_.interpreter.value(packed.input));
    for (const auto& [scalar, data] : scalars_) *data = static_cast<T>(p_.recording.scalars[scalar].read());
    for (Packed& packed : packed_) fetch(packed, inputs[packed.input]->array());
    for (Classes& classes : classes_) look_up(classes, inputs[classes.input]->array());
    std::fill(p_.totals.begin(), p_.totals.end(), 0.0);
    Tile tile;
    const auto batch = static_cast<std::size_t>(p_.batch.size);
    for (tile.index = 0; tile.index < p_.tiles; ++tile.index) {
      tile.samples = std::min(p_.stride, batch - tile.index * p_.stride);
      tile.vectors = (tile.samples + p_.lanes() - 1) / p_.lanes();
      for (const Step& step : p_.sample_steps) step.run(tile);
    }
    for (const Step& step : p_.whole_steps) step.run(tile);
    p_.interpreter.assign();
    homes_.moved();
    for (const auto& [parameter, node] : p_.recording.gradients)
      Parameter(parameter).set_grad(Tensor(value_of(node)));
  }

  Array output(std::size_t i) const override { return value_of(p_.recording.outputs[i]); }

  double scalar_output(std::size_t i) const override { return double(*p_.whole[p_.recording.outputs[i]]); }

  std::string describe() const override {
    std::string text =
        formatted("samples in the lanes of {} vectors, {} tile{} of {} samples, {} bytes of buffers\n",
                  p_.target->name, p_.tiles, p_.tiles == 1 ? "" : "s", p_.stride, p_.arena.bytes());
    if (const std::string before = p_.interpreter.describe(); !before.empty()) text += "first:\n" + before;
    text += "for every tile:\n";
    for (const Step& step : p_.sample_steps) text += "  " + step.text + "\n";
    if (!p_.whole_steps.empty()) text += "then:\n";
    for (const Step& step : p_.whole_steps) text += "  " + step.text + "\n";
    return text;
  }

 private:
  struct Packed {
    std::size_t input = 0;
    Rows<T> rows;
    Array source = {};  // what is packed now; held, so that its identity stays its own
  };

  /// Class indices stay as they are; each must be one of the classes.
  struct Classes {
    std::size_t input = 0;
    std::int64_t count = 0;
    Array source = {};
  };

  bool built(std::string& reason) {
    const Graph& graph = p_.graph();
    p_.rows.resize(graph.size());
    p_.totals.reserve(graph.size());
    if (!p_.interpreter.choose(p_.recording, p_.batch, dtype_of<T>(), with_kernels(), reason)) return false;
    place_whole(p_);
    for (std::size_t i = 0; i < graph.size(); ++i)
      if (p_.interpreter.computes(i)) place_computed(i);
    for (std::size_t i = 0; i < graph.size(); ++i)
      if (p_.recording.sources[i] && !leaf(i, reason)) return false;
    for (const std::size_t output : p_.recording.outputs)
      if (p_.batch.is_samples(output)) make_output(output);
    if (!schedule_samples(p_, reason) || !schedule_whole(p_, reason)) return false;
    return results(reason);
  }

  std::vector<bool> with_kernels() const {
    std::vector<bool> has(p_.graph().size(), false);
    for (std::size_t i = 0; i < has.size(); ++i) {
      const Tensor& node = p_.graph()[i];
      if (node.dtype() != dtype_of<T>()) continue;
      has[i] = (node.op().elementwise && kernels::find_elementwise<T>(*p_.target, node.op().name)) ||
               (node.op().name == "sum" && node.elements() == 1);
      for (const Tensor& input : node.inputs()) has[i] = has[i] && input.dtype() == dtype_of<T>();
    }
    return has;
  }

  /// Values of the interpreter that the loops read: beside the parameters, or with a row a sample.
  void place_computed(std::size_t i) {
    const Tensor& node = p_.graph()[i];
    if (node.dtype() != dtype_of<T>()) return;
    computed_.emplace_back(i, p_.whole[i]);
    if (node.dim() < 1 || node.dim() > 2 || node.shape()[0] != p_.batch.size) return;
    p_.rows[i] = rows_of_all_tiles(i);
    masks_.push_back({i, p_.rows[i]});
  }

  Rows<T> rows_of_all_tiles(std::size_t node) {
    Rows<T> rows;
    rows.features = static_cast<std::size_t>(features(p_.graph()[node]));
    rows.tile_step = rows.features * p_.stride;
    p_.sample_numbers += rows.tile_step;
    rows.data = p_.arena.template make<T>(rows.tile_step * p_.tiles);
    return rows;
  }

  void make_output(std::size_t node) {
    if (!p_.rows[node].data) p_.rows[node] = rows_of_all_tiles(node);
  }

  bool leaf(std::size_t i, std::string& reason) {
    const Recording::Source& source = *p_.recording.sources[i];
    const Tensor& node = p_.graph()[i];
    if (source.kind == Kind::input && node.dtype() == int64 && node.dim() == 1) {
      classes_.push_back({source.which, classes_of(i)});
      p_.classes.resize(std::max(p_.classes.size(), source.which + 1));
      return true;
    }
    if (p_.interpreter.reads(i) && source.kind == Kind::parameter) {
      homes_.add(source.parameter, p_.interpreter.layout(i), is_moved(source.parameter));
      if (!is_read_by_loops(i)) return true;
      reason =
          formatted("parameter \"{}\" is read by loops and by single operations", source.parameter.name());
      return false;
    }
    if (p_.interpreter.reads(i) && node.dtype() != dtype_of<T>()) return true;
    if (node.dtype() != dtype_of<T>()) {
      reason = formatted("{} of {} numbers", node.shape().str(), name(node.dtype()));
      return false;
    }
    switch (source.kind) {
      case Kind::input:
        p_.rows[i] = rows_of_all_tiles(i);
        p_.rows[i].clean = true;
        packed_.push_back({source.which, p_.rows[i]});
        break;
      case Kind::scalar:
        scalars_.emplace_back(source.which, p_.whole[i]);
        break;
      case Kind::parameter:
        homes_.add(source.parameter, std::make_unique<InOrder<T>>(p_.whole[i], node.array().type()),
                   is_moved(source.parameter));
        break;
      case Kind::constant:
        store(node.array(), p_.whole[i]);
    }
    return true;
  }

  bool is_read_by_loops(std::size_t leaf) const {
    for (std::size_t i = 0; i < p_.graph().size(); ++i)
      for (const std::size_t input : p_.graph().inputs(i))
        if (input == leaf && !p_.interpreter.computes(i)) return true;
    return false;
  }

  std::int64_t classes_of(std::size_t node) const {
    std::int64_t count = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < p_.graph().size(); ++i)
      if (const auto inputs = p_.graph().inputs(i); inputs.size() == 2 && inputs[1] == node)
        count = std::min(count, features(p_.graph()[inputs[0]]));
    return count;
  }

  void look_up(Classes& classes, const Array& value) {
    if (classes.source.storage() == value.storage() && classes.source.offset() == value.offset() &&
        classes.source.strides() == value.strides())
      return;
    const Array dense = value.contiguous();
    const auto* index = dense.data<std::int64_t>();
    for (std::int64_t s = 0; s < dense.elements(); ++s)
      if (index[s] < 0 || index[s] >= classes.count)
        fail<IndexError>("one_hot: element {} is class {}, and there are only the {} classes 0 to {}", s,
                         index[s], classes.count, classes.count - 1);
    classes.source = dense;
    p_.classes[classes.input] = index;
  }

  bool is_moved(const Parameter& parameter) const {
    return std::any_of(p_.recording.assignments.begin(), p_.recording.assignments.end(),
                       [&](const auto& assignment) { return assignment.first.is(parameter); });
  }

  /// What an update did not write over the old value is copied there.
  bool results(std::string& reason) {
    for (const auto& [parameter, node] : p_.recording.assignments) {
      if (p_.interpreter.assigns(node)) continue;
      T* home = nullptr;
      for (std::size_t i = 0; i < p_.graph().size(); ++i)
        if (p_.recording.sources[i] && p_.recording.sources[i]->parameter.is(parameter)) home = p_.whole[i];
      if (!home || !p_.whole[node]) {
        reason = formatted("parameter \"{}\" is assigned without being read", parameter.name());
        return false;
      }
      if (home != p_.whole[node])
        p_.whole_steps.push_back({formatted("\"{}\" <- %{}", parameter.name(), node),
                                  [home, from = p_.whole[node], n = p_.graph()[node].elements()](
                                      const Tile&) { std::copy_n(from, n, home); }});
    }
    return true;
  }

  /// Feature-major: sample s of feature f comes from row s, column f.
  void pack(const Packed& packed, const Array& value) {
    const std::int64_t row = value.strides()[0], column = value.rank() == 2 ? value.strides()[1] : 0;
    const T* from = value.data<T>();
    const auto samples = static_cast<std::size_t>(p_.batch.size);
    for (std::size_t tile = 0; tile < p_.tiles; ++tile)
      for (std::size_t f = 0; f < packed.rows.features; ++f) {
        T* to = packed.rows.data + tile * packed.rows.tile_step + f * p_.stride;
        const std::size_t first = tile * p_.stride, count = std::min(p_.stride, samples - first);
        const T* at = from + static_cast<std::int64_t>(first) * row + static_cast<std::int64_t>(f) * column;
        for (std::size_t s = 0; s < count; ++s, at += row) to[s] = *at;
      }
  }

  /// What was packed at the last run is there still: values never change.
  void fetch(Packed& packed, const Array& value) {
    if (packed.source.storage() == value.storage() && packed.source.offset() == value.offset() &&
        packed.source.strides() == value.strides())
      return;
    pack(packed, value);
    packed.source = value;
  }

  Array value_of(std::size_t node) const {
    Array value(p_.graph()[node].shape(), dtype_of<T>());
    T* to = value.template mutable_data<T>();
    if (!p_.batch.is_samples(node)) {
      std::copy_n(p_.whole[node], value.elements(), to);
      return value;
    }
    const Rows<T>& rows = p_.rows[node];
    for (std::size_t s = 0; s < static_cast<std::size_t>(p_.batch.size); ++s)
      for (std::size_t f = 0; f < rows.features; ++f)
        *to++ = rows.data[s / p_.stride * rows.tile_step + f * p_.stride + s % p_.stride];
    return value;
  }

  Program<T> p_;
  ParameterHomes homes_;
  std::vector<Packed> packed_;
  std::vector<Classes> classes_;
  std::vector<Packed> masks_;  // by node instead of input
  std::vector<std::pair<std::size_t, T*>> computed_;
  std::vector<std::pair<std::size_t, T*>> scalars_;
};

/// Beyond this width a layer's weights no longer sit in registers and cache beside the samples: columns of
/// panels win.
constexpr std::int64_t widest = 32;

/// The step's dtype is that of its samples; scalars may have another.
DType dtype_of_samples(const Recording& recording, const Batch& batch) {
  for (std::size_t i = 0; i < recording.graph.size(); ++i)
    if (batch.is_samples(i) && is_floating(recording.graph[i].dtype())) return recording.graph[i].dtype();
  return float32;
}

bool is_narrow(const Recording& recording, const Batch& batch) {
  for (std::size_t i = 0; i < recording.graph.size(); ++i)
    if (batch.is_samples(i) && features(recording.graph[i]) > widest) return false;
  return true;
}

}  // namespace
}  // namespace narrow

std::unique_ptr<Execution> run_narrow(const Recording& recording, std::string& reason) {
  auto batch = Batch::of(recording, reason);
  if (!batch) return nullptr;
  if (!narrow::is_narrow(recording, *batch)) {
    reason = "a layer is too wide for samples in vector lanes";
    return nullptr;
  }
  const DType dtype = narrow::dtype_of_samples(recording, *batch);
  if (dtype == float64 && !kernels::target().kernels->narrow_double) {
    reason = "this machine has no float64 vectors";
    return nullptr;
  }
  return dtype == float64 ? narrow::Narrow<double>::of(recording, *batch, reason)
                          : narrow::Narrow<float>::of(recording, *batch, reason);
}

}  // namespace hindsight
