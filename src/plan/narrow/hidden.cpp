// A hidden layer of few inputs and one output behind it: two layers in one pass, and one pass on the way
// back.
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/narrow/narrow.hpp"

namespace hindsight::narrow {

/// A single sample takes units in the lanes, where the weights are only stored, never computed, so that zeros
/// lie behind the last unit.
template <class T>
bool schedule_hidden_layer_of_one(Program<T>& p, std::size_t x, std::size_t first, std::size_t second) {
  const std::size_t w1 = p.input(first, 1), b1 = p.input(first, 2), w2 = p.input(second, 1);
  for (const std::size_t node : {w1, b1, w2})
    if (!p.recording.sources[node]) return false;
  if (p.batch.size != 1 || !p.recording.assignments.empty()) return false;
  const auto units = static_cast<std::size_t>(features(p.graph()[first]));
  const auto w1_rows = p.transpose_of(w1);
  const kernels::HiddenOfOne<T> call{p.rows[x].data,
                                     w1_rows,
                                     p.whole[b1],
                                     p.whole[w2],
                                     p.whole[p.input(second, 2)],
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

/// Everything behind schedule_hidden_layer() on the way back, where nothing else wants δ₁: see
/// kernels/narrow.hpp.
template <class T>
bool schedule_hidden_products(Program<T>& p, std::size_t i) {
  const std::size_t d = p.input(i, 0), w2 = p.input(i, 1), masked = p.only_user(i);
  if (p.rows[d].features != 1 || masked == Graph::none || p.name(masked) != "relu_gradient") return false;
  if (p.input(masked, 0) != i || p.name(i) != "matmul") return false;
  const std::size_t hidden = p.input(masked, 1);
  std::size_t bias = Graph::none, weights = Graph::none, second = Graph::none;
  for (const std::size_t user : p.users[masked]) {
    if (p.name(user) == "sum" && p.graph()[user].attributes().template get<Shape>("axes") == Shape{0})
      bias = user;
    else if (p.name(user) == "permute" && p.users[user].size() == 1 && p.name(p.users[user][0]) == "matmul")
      weights = p.users[user][0];
    else
      return false;
  }
  for (const std::size_t transposed : p.users[d])
    if (p.name(transposed) == "permute")
      for (const std::size_t user : p.users[transposed])
        if (p.name(user) == "matmul" && p.input(user, 1) == hidden) second = user;
  if (bias == Graph::none || weights == Graph::none || second == Graph::none) return false;
  const std::size_t x = p.input(weights, 1);
  if (!p.rows[x].data || p.rows[x].features > 4 || !p.rows[hidden].data) return false;
  if (!p.rows[d].clean) p.clear_padding(d);
  const std::size_t units = p.rows[hidden].features, inputs = p.rows[x].features;
  kernels::NarrowHiddenProducts<T> call{};
  call.w2 = p.whole[w2];
  call.inputs = inputs;
  call.units = units;
  call.stride = p.stride;
  const std::size_t unit_sums = p.place_sums(units), input_sums = p.place_sums(units * inputs),
                    hidden_sums = p.place_sums(units);
  for (const std::size_t node : {masked, bias, weights, second}) p.done[node] = true;
  p.emit(formatted("products of the hidden layer with its mask, in one pass: %{}, %{}, %{}", weights, bias,
                   second),
         [=, &p, input_rows = p.rows[x], d_rows = p.rows[d], hidden_rows = p.rows[hidden],
          run = p.kernels->hidden_products](const Tile& tile) mutable {
           call.x = input_rows.at(tile);
           call.d = d_rows.at(tile);
           call.hidden = hidden_rows.at(tile);
           call.unit_sums = p.sums + unit_sums;
           call.input_sums = p.sums + input_sums;
           call.hidden_sums = p.sums + hidden_sums;
           call.vectors = tile.vectors;
           call.accumulate = tile.index > 0;
           run(call);
         });
  p.emit_lane_sums(formatted("lane sums: %{}, %{}, %{}", weights, bias, second),
                   [=, &p, to_bias = p.whole[bias], to_weights = p.whole[weights],
                    to_second = p.whole[second], run = p.kernels->lane_sums] {
                     run(p.sums + unit_sums, units, to_bias);
                     run(p.sums + input_sums, units * inputs, to_weights);
                     run(p.sums + hidden_sums, units, to_second);
                   });
  return true;
}

template bool schedule_hidden_layer(Program<float>&, std::size_t);
template bool schedule_hidden_layer(Program<double>&, std::size_t);
template bool schedule_hidden_products(Program<float>&, std::size_t);
template bool schedule_hidden_products(Program<double>&, std::size_t);

}  // namespace hindsight::narrow
