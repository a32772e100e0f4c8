#include "plan/narrow/narrow.hpp"

#include <algorithm>
#include <utility>

#include <hindsight/op.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace narrow {

/// Only a first attempt tells how many features are kept, and so how many samples fit into the cache.
template <class T>
std::unique_ptr<Execution> Program<T>::of(const Recording& recording, const Batch& batch,
                                          std::string& reason) {
  const std::size_t lanes = kernels::narrow<T>(kernels::target()).lanes;
  const std::size_t vectors = (static_cast<std::size_t>(batch.size) + lanes - 1) / lanes;
  auto plan = std::make_unique<Program>(recording, batch, vectors);
  if (!plan->build(reason)) return nullptr;
  constexpr std::size_t cache = 64 * 1024, fewest = 4;
  const std::size_t bytes = plan->sample_numbers * sizeof(T);
  if (bytes <= cache || vectors <= fewest) return plan;
  const std::size_t tiles = std::min((bytes + cache - 1) / cache, (vectors + fewest - 1) / fewest);
  plan = std::make_unique<Program>(recording, batch, (vectors + tiles - 1) / tiles);
  return plan->build(reason) ? std::move(plan) : nullptr;
}

template <class T>
Program<T>::Program(const Recording& step, const Batch& lie, std::size_t vectors_a_tile)
    : Loops<T>(step, lie, std::vector<bool>(step.graph.size(), false)),
      kernels(&kernels::narrow<T>(this->target)),
      stride(vectors_a_tile * kernels->lanes),
      rows(step.graph.size()),
      transposes_(step.graph.size(), nullptr) {
  const auto all = static_cast<std::size_t>(lie.size);
  for (std::size_t first = 0; first < all; first += stride) {
    const std::size_t samples = std::min(stride, all - first);
    tiles.push_back({tiles.size(), samples, (samples + lanes() - 1) / lanes()});
  }
}

template <class T>
void Program<T>::place_samples(std::size_t node) {
  Rows<T>& place = rows[node];
  if (place.data) return;
  place.features = static_cast<std::size_t>(features(this->graph()[node]));
  place.tile_step = place.features * stride;
  place.data = this->arena.template make<T>(place.tile_step * tiles.size());
  sample_numbers += place.tile_step;
}

template <class T>
const T* Program<T>::transpose_of(std::size_t weight) {
  const Shape& shape = this->graph()[weight].shape();
  if (!transposes_[weight]) {
    transposes_[weight] = this->arena.template make<T>(
        Arena::whole_lines<T>(static_cast<std::size_t>(shape[0])) * static_cast<std::size_t>(shape[1]));
    transpose(weight);  // a constant is there already
  }
  return transposes_[weight];
}

template <class T>
void Program<T>::transpose(std::size_t weight) {
  const Shape& shape = this->graph()[weight].shape();
  const auto outputs = static_cast<std::size_t>(shape[0]), inputs = static_cast<std::size_t>(shape[1]);
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t k = 0; k < inputs; ++k)
      transposes_[weight][k * Arena::whole_lines<T>(outputs) + o] = this->whole[weight][o * inputs + k];
}

template <class T>
void Program<T>::store(std::size_t node, const Array& value) {
  Loops<T>::store(node, value);
  if (transposes_[node]) transpose(node);
}

/// Feature-major: sample s of feature f comes from row s, column f.
template <class T>
void Program<T>::load_samples(std::size_t node, const typename Loops<T>::Strided& from) {
  const Rows<T>& to_rows = rows[node];
  const auto all = static_cast<std::size_t>(this->batch.size);
  if (this->maps_samples() && all == 1) {  // no lane meets another, so the padding may be anything
    T* to = to_rows.data;
    const T* at = from.data;
    for (std::size_t f = 0; f < to_rows.features; ++f, to += stride, at += from.column) *to = *at;
    return;
  }
  for (const Tile& tile : tiles)
    for (std::size_t f = 0; f < to_rows.features; ++f) {
      T* to = to_rows.at(tile) + f * stride;
      const T* at = from.data + static_cast<std::ptrdiff_t>(tile.index * stride) * from.row +
                    static_cast<std::ptrdiff_t>(f) * from.column;
      for (std::size_t s = 0; s < tile.samples; ++s, at += from.row) to[s] = *at;
      // Padding is a sample like any other: what is finite for the samples is finite there.
      for (std::size_t s = tile.samples; s < stride; ++s) to[s] = to[tile.samples - 1];
    }
}

template <class T>
void Program<T>::run_samples() {
  for (const Tile& tile : tiles)
    for (const TileStep& step : sample_steps) step.run(tile);
}

template <class T>
void Program<T>::store_samples(std::size_t node, T* to) const {
  const Rows<T>& from = rows[node];
  if (this->batch.size == 1) {
    for (std::size_t f = 0; f < from.features; ++f) to[f] = from.data[f * stride];
    return;
  }
  for (std::size_t s = 0; s < static_cast<std::size_t>(this->batch.size); ++s)
    for (std::size_t f = 0; f < from.features; ++f)
      *to++ = from.data[s / stride * from.tile_step + f * stride + s % stride];
}

template <class T>
std::string Program<T>::describe_samples() const {
  std::string text =
      formatted("samples in the lanes of {} vectors, {} tile{} of {} samples\nfor every tile:\n",
                this->target.name, tiles.size(), tiles.size() == 1 ? "" : "s", stride);
  for (const TileStep& step : sample_steps) text += "  " + step.text + "\n";
  return text;
}

template <class T>
void Program<T>::emit(std::string text, std::function<void(const Tile&)> run) {
  sample_steps.push_back({std::move(text), std::move(run)});
}

template <class T>
Rows<T>& Program<T>::make_rows(std::size_t node) {
  Rows<T>& place = rows[node];
  if (place.data) return place;
  place.features = static_cast<std::size_t>(features(this->graph()[node]));
  place.data = arena_rows(place.features);
  return place;
}

template <class T>
T* Program<T>::arena_rows(std::size_t count) {
  sample_numbers += count * stride;
  return this->arena.template make<T>(count * stride);
}

template <class T>
Rows<T> Program<T>::without_padding(std::size_t node) {
  if (rows[node].clean) return rows[node];
  const Rows<T> from = rows[node];
  Rows<T> to = from;
  if (from.tile_step > 0) {  // it is loaded once for many runs, and others read its padding
    to = {.data = arena_rows(from.features), .features = from.features};
  } else {
    rows[node].clean = true;
  }
  emit(formatted("clear the padding{}: %{}", to.data == from.data ? "" : " of a copy", node),
       [from, to, step = stride, n = lanes()](const Tile& tile) {
         for (std::size_t f = 0; f < to.features; ++f) {
           T* row = to.at(tile) + f * step;
           if (to.data != from.data) std::copy_n(from.at(tile) + f * step, tile.samples, row);
           std::fill(row + tile.samples, row + tile.vectors * n, T(0));
         }
       });
  to.clean = true;
  return to;
}

template <class T>
std::size_t Program<T>::place_sums(std::size_t node) {
  const std::size_t at = sums_placed_;
  placed_sums_.push_back({node, at});
  sums_placed_ += Arena::whole_lines<T>(this->numbers[node] * kernels->sum_lanes);
  sums_room_ = std::max(sums_room_, sums_placed_);
  return at;
}

/// Of several tiles all partial sums are kept until the last one is done. Those of a single one are added up
/// at once, and the next lie in their place.
template <class T>
void Program<T>::emit_lane_sums() {
  std::string text = "lane sums:";
  for (const PlacedSums& placed : placed_sums_)
    text += formatted("{} %{}", &placed == placed_sums_.data() ? "" : ",", placed.node);
  const auto run = [this, all = std::exchange(placed_sums_, {}), add_up = kernels->lane_sums] {
    for (const auto& [node, at] : all) add_up(sums + at, this->numbers[node], this->whole[node]);
  };
  if (tiles.size() > 1) {
    this->steps.push_back({std::move(text), run});
    return;
  }
  emit(std::move(text), [run](const Tile&) { run(); });
  sums_placed_ = 0;
}

template <class T>
void Program<T>::schedule_last() {
  if (sums_room_ > 0) sums = this->arena.template make<T>(sums_room_);
}

template class Program<float>;
template class Program<double>;

}  // namespace narrow

std::unique_ptr<Execution> run_narrow(const Recording& recording, const Batch& batch, std::string& reason) {
  const DType dtype = batch.dtype(recording);
  if (dtype == float64 && !kernels::target().kernels->narrow_double) {
    reason = "this machine has no float64 vectors";
    return nullptr;
  }
  return dtype == float64 ? narrow::Program<double>::of(recording, batch, reason)
                          : narrow::Program<float>::of(recording, batch, reason);
}

}  // namespace hindsight
