// The way back through relu units that end in one output: what of the graph it is, and which kernels it
// takes. They are described in kernels/narrow.hpp.
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/narrow/narrow.hpp"

namespace hindsight::narrow {
namespace {

/// The nodes of that way: δ = d · out, masked where the unit is active, with everything that it is for.
struct ActiveUnits {
  std::size_t d = Graph::none, out = Graph::none;  // one number a sample; the weights behind the units
  std::size_t x = Graph::none, weights = Graph::none, bias = Graph::none, hidden = Graph::none;
  std::size_t masked = Graph::none;
  std::size_t weights_gradient = Graph::none, bias_gradient = Graph::none, out_gradient = Graph::none;
  // δ · weights, and that where the unit below is active. Not there where nothing lies below.
  std::size_t back = Graph::none, back_masked = Graph::none;
};

/// Finds the users of the masked δ; false when there is one that the kernels do not serve.
template <class T>
bool find_users(const Program<T>& p, ActiveUnits& found) {
  const auto is = [&](std::size_t node, std::string_view name) { return p.name(node) == name; };
  for (const std::size_t user : p.users[found.masked]) {
    if (is(user, "sum") && p.graph()[user].attributes().template get<Shape>("axes") == Shape{0})
      found.bias_gradient = user;
    else if (is(user, "permute") && p.users[user].size() == 1 && is(p.users[user][0], "matmul"))
      found.weights_gradient = p.users[user][0];
    else if (is(user, "matmul") && p.input(user, 0) == found.masked && p.input(user, 1) == found.weights)
      found.back = user;
    else
      return false;
  }
  for (const std::size_t transposed : p.users[found.d])
    if (is(transposed, "permute"))
      for (const std::size_t user : p.users[transposed])
        if (is(user, "matmul") && p.input(user, 1) == found.hidden) found.out_gradient = user;
  if (found.bias_gradient == Graph::none || found.weights_gradient == Graph::none ||
      found.out_gradient == Graph::none)
    return false;
  if (found.back == Graph::none) return true;
  found.back_masked = p.only_user(found.back);
  return found.back_masked != Graph::none && is(found.back_masked, "relu_gradient") &&
         p.input(found.back_masked, 0) == found.back && p.input(found.back_masked, 1) == found.x;
}

template <class T>
bool find_active_units(const Program<T>& p, std::size_t product, ActiveUnits& found) {
  found.d = p.input(product, 0);
  found.out = p.input(product, 1);
  found.masked = p.only_user(product);
  if (p.name(product) != "matmul" || p.rows[found.d].features != 1 || found.masked == Graph::none)
    return false;
  if (p.name(found.masked) != "relu_gradient" || p.input(found.masked, 0) != product) return false;
  found.hidden = p.input(found.masked, 1);
  const std::size_t affine = p.name(found.hidden) == "relu" ? p.input(found.hidden, 0) : Graph::none;
  if (affine == Graph::none || p.name(affine) != "affine") return false;
  found.x = p.input(affine, 0);
  found.weights = p.input(affine, 1);
  found.bias = p.input(affine, 2);
  return find_users(p, found) && p.input(found.weights_gradient, 1) == found.x && p.rows[found.hidden].data &&
         p.whole[found.weights] && p.whole[found.bias];
}

template <class T>
void emit_active_dense(Program<T>& p, const ActiveUnits& found) {
  p.make_rows(found.back_masked).clean = p.rows[found.d].clean;
  kernels::ActiveDense<T> call{};
  call.weights = p.whole[found.weights];
  call.out = p.whole[found.out];
  call.inputs = p.rows[found.x].features;
  call.units = p.rows[found.hidden].features;
  call.stride = p.stride;
  p.emit(formatted("dense {} -> {}, transposed, sums of active units looked up: %{}", call.units, call.inputs,
                   found.back_masked),
         [=, d = p.rows[found.d], hidden = p.rows[found.hidden], x = p.rows[found.x],
          y = p.rows[found.back_masked], run = p.kernels->active_dense](const Tile& tile) mutable {
           call.d = d.at(tile);
           call.hidden = hidden.at(tile);
           call.mask = x.at(tile);
           call.y = y.at(tile);
           call.vectors = tile.vectors;
           run(call);
         });
  p.done[found.back] = p.done[found.back_masked] = true;
}

template <class T>
void emit_active_products(Program<T>& p, const ActiveUnits& found) {
  kernels::ActiveProducts<T> call{};
  call.inputs = p.rows[found.x].features;
  call.units = p.rows[found.hidden].features;
  call.stride = p.stride;
  const std::size_t units = call.units, values = units * call.inputs;
  const std::size_t unit_sums = p.place_sums(units), input_sums = p.place_sums(values);
  for (const std::size_t node :
       {found.masked, found.bias_gradient, found.weights_gradient, found.out_gradient})
    p.done[node] = true;
  p.emit(
      formatted("products {} x {}, sums, over the samples in which the unit is active", units, call.inputs),
      [=, &p, x = p.rows[found.x], d = p.rows[found.d], hidden = p.rows[found.hidden],
       run = p.kernels->active_products](const Tile& tile) mutable {
        call.x = x.at(tile);
        call.d = d.at(tile);
        call.hidden = hidden.at(tile);
        call.unit_sums = p.sums + unit_sums;
        call.input_sums = p.sums + input_sums;
        call.vectors = tile.vectors;
        call.accumulate = tile.index > 0;
        run(call);
      });
  const kernels::ActiveGradients<T> gradients{p.whole[found.weights],
                                              p.whole[found.bias],
                                              p.whole[found.out],
                                              p.whole[found.bias_gradient],
                                              p.whole[found.weights_gradient],
                                              p.whole[found.out_gradient],
                                              call.inputs,
                                              units};
  p.emit_lane_sums(formatted("lane sums, times the weights behind: %{}, %{}, %{}", found.weights_gradient,
                             found.bias_gradient, found.out_gradient),
                   [=, &p, lane_sums = p.kernels->lane_sums, run = p.kernels->active_gradients] {
                     lane_sums(p.sums + unit_sums, units, gradients.units_gradient);
                     lane_sums(p.sums + input_sums, values, gradients.inputs_gradient);
                     run(gradients);
                   });
}

}  // namespace

template <class T>
bool schedule_active_units(Program<T>& p, std::size_t product) {
  ActiveUnits found;
  if (!find_active_units(p, product, found)) return false;
  constexpr std::size_t fewest_vectors = 4;  // below them the tables of active_dense cost more than they save
  const bool is_deep = found.back != Graph::none || p.rows[found.x].features > 4;
  if (is_deep && (!p.kernels->active_dense || p.stride < fewest_vectors * p.lanes())) return false;
  if (!p.rows[found.d].clean) p.clear_padding(found.d);
  if (found.back != Graph::none) emit_active_dense(p, found);
  emit_active_products(p, found);
  return true;
}

template bool schedule_active_units(Program<float>&, std::size_t);
template bool schedule_active_units(Program<double>&, std::size_t);

}  // namespace hindsight::narrow
