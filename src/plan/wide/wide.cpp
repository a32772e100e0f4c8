#include "plan/wide/wide.hpp"

#include <algorithm>

#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "base/workers.hpp"

namespace hindsight {
namespace wide {
namespace {

std::vector<bool> nodes_of(const Recording& recording, const std::vector<FusedUpdate>& fused) {
  std::vector<bool> nodes(recording.graph.size(), false);
  for (const FusedUpdate& update : fused)
    for (const std::size_t node : update.nodes) nodes[node] = true;
  return nodes;
}

}  // namespace

template <class T>
std::unique_ptr<Execution> Program<T>::of(const Recording& recording, const Batch& batch,
                                          std::string& reason) {
  auto plan = std::make_unique<Program>(recording, batch, fused_updates(recording, batch));
  return plan->build(reason) ? std::move(plan) : nullptr;
}

template <class T>
Program<T>::Program(const Recording& step, const Batch& lie, std::vector<FusedUpdate> fused)
    : Loops<T>(step, lie, nodes_of(step, fused)),
      kernels(&kernels::panels<T>(this->target)),
      updates_in_gradients(std::move(fused)),
      in_panels(step.graph.size(), false),
      rows(step.graph.size(), Panels<T>{}),
      transposes(step.graph.size(), Panels<T>{}) {
  const auto all = static_cast<std::size_t>(lie.size);
  tiles = (all + most_rows - 1) / most_rows;
  if (all > most_rows) tiles += tiles % 2;  // an even number, for pairs of threads
  tile_rows = ((all + tiles - 1) / tiles + 3) / 4 * 4;
  tiles = (all + tile_rows - 1) / tile_rows;
  find_panels();
}

/// Weights and their gradients lie in panels, and so does whatever meets them element by element.
template <class T>
void Program<T>::find_panels() {
  const Graph& graph = this->graph();
  const auto is_whole = [&](std::size_t i) { return this->batch.place[i] == Batch::Place::whole; };
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if ((this->name(i) == "affine" || this->name(i) == "matmul_transposed") && !is_whole(i) &&
        is_whole(this->input(i, 1)))
      in_panels[this->input(i, 1)] = true;
    if (this->name(i) != "matmul") continue;
    const std::size_t right = this->input(i, 1);
    if (is_whole(i) && !is_whole(right)) in_panels[i] = true;
    if (!is_whole(i) && is_whole(right)) in_panels[right] = true;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < graph.size(); ++i) {
      if (!is_whole(i) || !graph[i].op().elementwise || graph[i].dim() != 2) continue;
      bool any = in_panels[i];
      for (const std::size_t k : graph.inputs(i)) any |= in_panels[k];
      const auto join = [&](std::size_t node) {
        if (!any || in_panels[node] || graph[node].shape() != graph[i].shape() ||
            this->name(node) == "broadcast_to")
          return;
        in_panels[node] = changed = true;
      };
      join(i);
      for (const std::size_t k : graph.inputs(i)) join(k);
    }
  }
}

template <class T>
Panels<T> Program<T>::make_panels(std::size_t row_count, std::size_t columns) {
  Panels<T> panels{nullptr, row_count, columns, width(columns), 0};
  panels.stride = kernels::panel_stride(row_count, panels.width);
  panels.data = this->arena.template make<T>(panels.count() * panels.stride);
  return panels;
}

/// A node [O, K] as K × O panels.
template <class T>
Panels<T> Program<T>::weight(std::size_t node) const {
  const Shape& shape = this->graph()[node].shape();
  const auto inputs = static_cast<std::size_t>(shape[1]), outputs = static_cast<std::size_t>(shape[0]);
  return {this->whole[node], inputs, outputs, width(outputs), kernels::panel_stride(inputs, width(outputs))};
}

template <class T>
const Panels<T>& Program<T>::transpose_of(std::size_t node) {
  const Shape& shape = this->graph()[node].shape();
  if (!transposes[node].data)
    transposes[node] = make_panels(static_cast<std::size_t>(shape[0]), static_cast<std::size_t>(shape[1]));
  return transposes[node];
}

/// Rows of numbers have room for whole panels.
template <class T>
std::size_t Program<T>::numbers_of(std::size_t node) const {
  if (in_panels[node]) {
    const Panels<T> panels = weight(node);
    return panels.count() * panels.stride;
  }
  const auto elements = static_cast<std::size_t>(this->graph()[node].elements());
  const std::size_t whole_panel = 2 * kernels->lanes;
  return this->graph()[node].dim() == 1 ? (elements + whole_panel - 1) / whole_panel * whole_panel : elements;
}

template <class T>
void Program<T>::store(std::size_t node, const Array& value) {
  if (!in_panels[node]) return Loops<T>::store(node, value);
  const Panels<T> panels = weight(node);
  kernels->pack(value.data<T>(), static_cast<std::ptrdiff_t>(value.strides()[1]),
                static_cast<std::ptrdiff_t>(value.strides()[0]), panels, 0, panels.rows);
  if (transposes[node].data)
    for (std::size_t j = 0; j < panels.count(); ++j)
      kernels->transpose(panels, transposes[node], j, 0, panels.rows);
}

template <class T>
Array Program<T>::load(std::size_t node) const {
  if (!in_panels[node]) return Loops<T>::load(node);
  Array value(this->graph()[node].shape(), dtype_of<T>());
  const Panels<T> panels = weight(node);
  kernels->unpack(panels, value.template mutable_data<T>(), 1, static_cast<std::ptrdiff_t>(panels.rows), 0,
                  panels.rows);
  return value;
}

/// Padding is junk, so only what belongs to the matrix is added.
template <class T>
double Program<T>::sum(std::size_t node) const {
  const auto* ops = kernels::vector_ops<T>(this->target);
  if (!in_panels[node])
    return ops->sum(this->whole[node], static_cast<std::size_t>(this->graph()[node].elements()));
  const Panels<T> panels = weight(node);
  double total = 0;
  for (std::size_t j = 0; j < panels.count(); ++j) {
    const std::size_t columns = std::min(panels.width, panels.columns - j * panels.width);
    for (std::size_t r = 0; r < panels.rows; ++r)
      for (std::size_t c = 0; c < columns; ++c) total += double(panels.panel(j)[r * panels.width + c]);
  }
  return total;
}

template <class T>
void Program<T>::place_samples(std::size_t node) {
  if (!rows[node].data)
    rows[node] = make_panels(static_cast<std::size_t>(this->batch.size),
                             static_cast<std::size_t>(features(this->graph()[node])));
}

template <class T>
void Program<T>::load_samples(std::size_t node, const typename Loops<T>::Strided& from) {
  kernels->pack(from.data, from.row, from.column, rows[node], 0, rows[node].rows);
}

template <class T>
void Program<T>::store_samples(std::size_t node, T* to) const {
  const auto columns = static_cast<std::ptrdiff_t>(features(this->graph()[node]));
  kernels->unpack(rows[node], to, columns, 1, 0, rows[node].rows);
}

template <class T>
void Program<T>::run_samples() {
  for (std::vector<double>& slot : partial_totals) std::fill(slot.begin(), slot.end(), 0.0);
  for (WeightStep<T>& step : weight_steps) {
    kernels::Update& update = step.gradient.update;
    if (step.step) update.step = double(*step.step);
    if (step.root_scale) update.root_scale = double(*step.root_scale);
    if (step.keep) update.keep = double(*step.keep);
  }
  share_out(tiles, small_, run_tile_);
  for (std::size_t slot = 0; slot < partial_totals.size(); ++slot)
    for (const double part : partial_totals[slot]) this->totals[slot] += part;
  share_out(weight_parts_.size(), small_, run_weights_);
}

template <class T>
void Program<T>::run_tile(std::size_t index) {
  const auto all = static_cast<std::size_t>(this->batch.size);
  const Tile tile{index, index * tile_rows, std::min(all, (index + 1) * tile_rows)};
  for (const TileStep& step : sample_steps) step.run(tile);
}

template <class T>
void Program<T>::run_weights(std::size_t item) {
  const WeightPart& part = weight_parts_[item];
  const WeightStep<T>& step = weight_steps[part.step];
  kernels->gradient(step.gradient, part.panel, part.first, part.last);
  if (step.transposed.data)
    kernels->transpose(step.gradient.w, step.transposed, part.panel, part.first, part.last);
}

/// Parts whose block of activations, over the whole batch, stays in the caches of a core while the panels of
/// the residuals pass by: not so few rows that these pass often, nor so many that there is little to share
/// out.
template <class T>
void Program<T>::schedule_weights() {
  constexpr std::size_t cached = 1024 * 1024 / sizeof(T), least = 128, most = 512;
  const auto samples = std::max<std::size_t>(static_cast<std::size_t>(this->batch.size), 1);
  const std::size_t block =
      std::clamp(cached / samples / kernels::panel_rows * kernels::panel_rows, least, most);
  double multiplications = 0;
  for (std::size_t s = 0; s < weight_steps.size(); ++s) {
    const Panels<T>& w = weight_steps[s].gradient.w;
    multiplications += 3.0 * static_cast<double>(w.rows * w.columns) * static_cast<double>(this->batch.size);
    for (std::size_t first = 0; first < w.rows; first += block)
      for (std::size_t j = 0; j < w.count(); ++j)
        weight_parts_.push_back({s, j, first, std::min(w.rows, first + block)});
  }
  constexpr double worth_sharing = 3e6;  // about 50 microseconds of one core
  small_ = multiplications < worth_sharing;
  run_tile_ = [this](std::size_t index) { run_tile(index); };
  run_weights_ = [this](std::size_t item) { run_weights(item); };
}

template <class T>
bool Program<T>::is_early(std::size_t node) const {
  return std::any_of(updates_in_gradients.begin(), updates_in_gradients.end(),
                     [node](const FusedUpdate& update) {
                       return update.step == node || update.root_scale == node || update.keep == node;
                     });
}

/// Weights that loops have updated: their transposes follow.
template <class T>
void Program<T>::schedule_last() {
  schedule_weights();
  for (std::size_t node = 0; node < transposes.size(); ++node) {
    const bool fused = std::any_of(updates_in_gradients.begin(), updates_in_gradients.end(),
                                   [node](const FusedUpdate& update) { return update.weight == node; });
    if (!transposes[node].data || fused) continue;
    this->steps.push_back({formatted("transpose: %{}", node),
                           [w = weight(node), t = transposes[node], run = kernels->transpose] {
                             for (std::size_t j = 0; j < w.count(); ++j) run(w, t, j, 0, w.rows);
                           }});
  }
}

template <class T>
std::string Program<T>::describe_samples() const {
  std::string text = formatted("column panels of {} vectors, {} tile{} of {} rows\nfor every tile:\n",
                               this->target.name, tiles, tiles == 1 ? "" : "s", tile_rows);
  for (const TileStep& step : sample_steps) text += "  " + step.text + "\n";
  if (!weight_steps.empty()) text += "over all samples:\n";
  for (const WeightStep<T>& step : weight_steps) text += "  " + step.text + "\n";
  return text;
}

template class Program<float>;
template class Program<double>;

}  // namespace wide

std::unique_ptr<Execution> run_wide(const Recording& recording, const Batch& batch, std::string& reason) {
  const DType dtype = batch.dtype(recording);
  if (dtype == float64 && !kernels::target().kernels->panels_double) {
    reason = "this machine has no float64 vectors";
    return nullptr;
  }
  return dtype == float64 ? wide::Program<double>::of(recording, batch, reason)
                          : wide::Program<float>::of(recording, batch, reason);
}

}  // namespace hindsight
