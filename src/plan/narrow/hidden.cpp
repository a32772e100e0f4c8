// A hidden layer of few inputs and one output behind it: two layers in one pass.
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/narrow/narrow.hpp"

namespace hindsight::narrow {

/// A single sample takes units in the lanes, where the weights are only stored, never computed, so that zeros
/// lie behind the last unit.
template <class T>
bool schedule_hidden_layer_of_one(Program<T>& p, std::size_t x, std::size_t first, std::size_t second) {
  const std::size_t w1 = p.input(first, 1), b1 = p.input(first, 2), w2 = p.input(second, 1),
                    b2 = p.input(second, 2);
  for (const std::size_t node : {w1, b1, w2, b2})
    if (!p.recording.sources[node]) return false;
  if (p.batch.size != 1 || !p.recording.assignments.empty()) return false;
  const auto units = static_cast<std::size_t>(features(p.graph()[first]));
  const auto w1_rows = p.transpose_of(w1);
  const kernels::HiddenOfOne<T> call{p.rows[x].data,
                                     w1_rows,
                                     p.whole[b1],
                                     p.whole[w2],
                                     p.whole[b2],
                                     p.make_rows(second).data,
                                     p.rows[x].features,
                                     units,
                                     Arena::whole_lines<T>(units),
                                     p.stride};
  p.emit(formatted("hidden {} -> {}, relu -> 1, units in the lanes: %{}", call.inputs, units, second),
         [call, run = p.kernels->hidden_of_one](const Tile&) { run(call); });
  return true;
}

/// relu(x·W₁ᵀ + b₁)·w₂ᵀ + b₂ with few inputs and one output: one pass for both layers.
template <class T>
bool schedule_hidden_layer(Program<T>& p, std::size_t i) {
  const std::size_t relu = p.only_user(i);
  if (relu == Graph::none || p.name(relu) != "relu") return false;
  std::size_t second = Graph::none;
  for (const std::size_t user : p.users[relu])
    if (p.name(user) == "affine" && p.input(user, 0) == relu) second = user;
  if (second == Graph::none || features(p.graph()[second]) != 1) return false;
  const std::size_t x = p.input(i, 0);
  kernels::NarrowHidden<T> call{};
  call.w1 = p.whole[p.input(i, 1)];
  call.b1 = p.whole[p.input(i, 2)];
  call.w2 = p.whole[p.input(second, 1)];
  call.b2 = p.whole[p.input(second, 2)];
  if (!call.w1 || !call.b1 || !call.w2 || !call.b2) return false;
  if (p.only_user(relu) == second && schedule_hidden_layer_of_one(p, x, i, second)) {
    p.done[relu] = p.done[second] = true;
    return true;
  }
  call.inputs = p.rows[x].features;
  call.units = static_cast<std::size_t>(features(p.graph()[i]));
  call.stride = p.stride;
  if (call.inputs > 4) return false;
  p.make_rows(relu);
  p.make_rows(second);
  p.done[relu] = p.done[second] = true;
  p.emit(
      formatted("hidden {} -> {}, relu -> 1, in one pass: %{}, %{}", call.inputs, call.units, relu, second),
      [call, input_rows = p.rows[x], hidden = p.rows[relu], z = p.rows[second],
       run = p.kernels->hidden](const Tile& tile) mutable {
        call.x = input_rows.at(tile);
        call.hidden = hidden.at(tile);
        call.z = z.at(tile);
        call.vectors = tile.vectors;
        run(call);
      });
  return true;
}

template bool schedule_hidden_layer(Program<float>&, std::size_t);
template bool schedule_hidden_layer(Program<double>&, std::size_t);

}  // namespace hindsight::narrow
