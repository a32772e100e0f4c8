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
  std::size_t hidden = Graph::none, masked = Graph::none;
  std::size_t x = Graph::none;  // what feeds the units
  std::size_t weights_gradient = Graph::none, bias_gradient = Graph::none, out_gradient = Graph::none;
  // δ · weights, and that where the unit below is active. Not there where nothing lies below.
  std::size_t back = Graph::none, back_masked = Graph::none;
};

/// Finds the users of the masked δ and of d; false when there is one that the kernels do not serve.
template <class T>
bool find_users(const Program<T>& p, ActiveUnits& found) {
  const auto is = [&](std::size_t node, std::string_view name) {
    return node != Graph::none && p.name(node) == name;
  };
  for (const std::size_t user : p.users[found.masked]) {
    if (is(user, "sum") && p.graph()[user].attributes().template get<Shape>("axes") == Shape{0})
      found.bias_gradient = user;
    else if (is(user, "permute") && is(p.only_user(user), "matmul"))
      found.weights_gradient = p.only_user(user);
    else if (is(user, "matmul") && p.input(user, 0) == found.masked)
      found.back = user;
    else
      return false;
  }
  for (const std::size_t transposed : p.users[found.d])
    if (is(transposed, "permute"))
      for (const std::size_t user : p.users[transposed])
        if (is(user, "matmul") && p.input(user, 1) == found.hidden && !p.done[user])
          found.out_gradient = user;
  return found.bias_gradient != Graph::none && found.weights_gradient != Graph::none &&
         found.out_gradient != Graph::none;
}

template <class T>
bool find_active_units(const Program<T>& p, std::size_t product, ActiveUnits& found) {
  const auto is_masked = [&](std::size_t node, std::size_t of) {
    return node != Graph::none && p.name(node) == "relu_gradient" && p.input(node, 0) == of;
  };
  found.d = p.input(product, 0);
  found.out = p.input(product, 1);
  found.masked = p.only_user(product);
  if (p.name(product) != "matmul" || p.rows[found.d].features != 1 || !is_masked(found.masked, product) ||
      p.is_result(found.masked))
    return false;
  found.hidden = p.input(found.masked, 1);
  if (!p.rows[found.hidden].data || !find_users(p, found)) return false;
  found.x = p.input(found.weights_gradient, 1);
  if (found.back == Graph::none) return p.rows[found.x].data != nullptr;
  found.back_masked = p.only_user(found.back);
  return is_masked(found.back_masked, found.back) && p.input(found.back_masked, 1) == found.x &&
         p.rows[found.x].data && p.whole[p.input(found.back, 1)];
}

template <class T>
void emit_active_dense(Program<T>& p, const ActiveUnits& found, const Rows<T>& d) {
  p.make_rows(found.back_masked).clean = true;
  kernels::ActiveDense<T> call{};
  call.weights = p.whole[p.input(found.back, 1)];
  call.out = p.whole[found.out];
  call.inputs = p.rows[found.x].features;
  call.units = p.rows[found.hidden].features;
  call.stride = p.stride;
  p.emit(formatted("dense {} -> {}, transposed, sums of active units looked up: %{}", call.units, call.inputs,
                   found.back_masked),
         [=, hidden = p.rows[found.hidden], x = p.rows[found.x], y = p.rows[found.back_masked],
          run = p.kernels->active_dense](const Tile& tile) mutable {
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
void emit_active_products(Program<T>& p, const ActiveUnits& found, const Rows<T>& d) {
  kernels::ActiveProducts<T> call{};
  call.inputs = p.rows[found.x].features;
  call.units = p.rows[found.hidden].features;
  call.out = p.whole[found.out];
  call.stride = p.stride;
  const std::size_t input_sums = p.place_sums(found.weights_gradient),
                    unit_sums = p.place_sums(found.bias_gradient),
                    hidden_sums = p.place_sums(found.out_gradient);
  for (const std::size_t node :
       {found.masked, found.bias_gradient, found.weights_gradient, found.out_gradient})
    p.done[node] = true;
  p.emit(formatted("products {} x {}, sums, over the samples in which the unit is active", call.units,
                   call.inputs),
         [=, &p, x = p.rows[found.x], hidden = p.rows[found.hidden],
          run = p.kernels->active_products](const Tile& tile) mutable {
           call.x = x.at(tile);
           call.d = d.at(tile);
           call.hidden = hidden.at(tile);
           call.unit_sums = p.sums + unit_sums;
           call.input_sums = p.sums + input_sums;
           call.hidden_sums = p.sums + hidden_sums;
           call.vectors = tile.vectors;
           call.accumulate = tile.index > 0;
           run(call);
         });
  p.emit_lane_sums();
}

}  // namespace

template <class T>
bool schedule_active_units(Program<T>& p, std::size_t product) {
  ActiveUnits found;
  if (!find_active_units(p, product, found)) return false;
  const bool leads_back = found.back != Graph::none;
  if (p.rows[found.x].features > p.kernels->most_active_inputs || (leads_back && !p.kernels->active_dense))
    return false;
  constexpr std::size_t fewest_vectors = 4;  // below them the tables of active_dense cost more than they save
  if (leads_back && p.stride < fewest_vectors * p.lanes()) return false;
  const Rows<T> d = p.without_padding(found.d);
  if (leads_back) emit_active_dense(p, found, d);
  emit_active_products(p, found, d);
  return true;
}

template bool schedule_active_units(Program<float>&, std::size_t);
template bool schedule_active_units(Program<double>&, std::size_t);

}  // namespace hindsight::narrow
