// The work of samples: which kernel computes which nodes, and what is fused.
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/narrow/narrow.hpp"
#include "plan/patterns/patterns.hpp"

namespace hindsight::narrow {
namespace {

using kernels::Argument;

template <class T>
class Scheduling {
 public:
  explicit Scheduling(Program<T>& program)
      : p_(program), users_(program.users), done_(program.graph().size(), false) {}

  bool all(std::string& reason) {
    for (std::size_t i = 0; i < graph().size(); ++i) {
      if (done_[i] || p_.recording.sources[i]) continue;
      const bool known =
          p_.batch.is_samples(i) ? node(i) : p_.batch.place[i] != Batch::Place::whole || sums(i);
      if (known) continue;
      reason =
          formatted("{} {} has no kernel for narrow layers", graph()[i].op().name, graph()[i].shape().str());
      return false;
    }
    return true;
  }

 private:
  const Graph& graph() const { return p_.graph(); }
  std::string_view name(std::size_t i) const { return graph()[i].op().name; }
  std::size_t input(std::size_t i, std::size_t k) const { return graph().inputs(i)[k]; }

  void emit(std::string text, std::function<void(const Tile&)> run) {
    p_.sample_steps.push_back({std::move(text), std::move(run)});
  }

  Rows<T>& make_rows(std::size_t i) {
    Rows<T>& rows = p_.rows[i];
    if (rows.data) return rows;
    rows.features = static_cast<std::size_t>(features(graph()[i]));
    rows.data = p_.arena.template make<T>(rows.features * p_.stride);
    p_.sample_numbers += rows.features * p_.stride;
    return rows;
  }

  std::size_t only_user(std::size_t i) const { return p_.only_user(i); }

  bool node(std::size_t i) {
    const std::string_view op = name(i);
    if (op == "affine") return affine(i);
    if (op == "matmul") return product(i);
    if (op == "reshape" || op == "cast") return same(i);
    if (op == "broadcast_to") return spread(i);
    if (op == "logistic_loss" || op == "logistic_residual") return logistic(i);
    if (op == "softmax_loss" || op == "softmax_residual") return softmax(i);
    return graph()[i].op().elementwise && elementwise(i);
  }

  bool same(std::size_t i) {
    if (!is_floating(graph()[input(i, 0)].dtype()) && name(i) == "cast" &&
        graph()[input(i, 0)].dtype() != boolean)
      return false;
    p_.rows[i] = p_.rows[input(i, 0)];
    return p_.rows[i].data != nullptr;
  }

  kernels::NarrowDense<T> dense_call(std::size_t x, std::size_t weights) const {
    kernels::NarrowDense<T> call{};
    call.x = p_.rows[x].data;
    call.weights = p_.whole[weights];
    call.inputs = p_.rows[x].features;
    call.stride = p_.stride;
    return call;
  }

  void emit_dense(const std::string& text, kernels::NarrowDense<T> call, const Rows<T>& x,
                  const Rows<T>* mask, const Rows<T>& y) {
    emit(text, [call, x, y, has_mask = mask != nullptr, m = mask ? *mask : Rows<T>(),
                run = p_.kernels->dense](const Tile& tile) mutable {
      call.x = x.at(tile);
      call.mask = has_mask ? m.at(tile) : nullptr;
      call.y = y.at(tile);
      call.vectors = tile.vectors;
      run(call);
    });
  }

  // A relu that alone uses the sums is computed where they still are in registers.
  bool affine(std::size_t i) {
    const std::size_t x = input(i, 0), w = input(i, 1), b = input(i, 2);
    if (!p_.rows[x].data || !p_.whole[w] || !p_.whole[b]) return false;
    if (hidden_pair(i)) return true;
    const std::size_t user = only_user(i);
    const bool relu = user != Graph::none && name(user) == "relu";
    const std::size_t result = relu ? user : i;
    kernels::NarrowDense<T> call = dense_call(x, w);
    call.outputs = static_cast<std::size_t>(features(graph()[i]));
    call.output_step = static_cast<std::ptrdiff_t>(call.inputs);
    call.input_step = 1;
    call.bias = p_.whole[b];
    call.relu = relu;
    make_rows(result);
    done_[result] = true;
    emit_dense(formatted("dense {} -> {}{}: %{}", call.inputs, call.outputs, relu ? ", relu" : "", result),
               call, p_.rows[x], nullptr, p_.rows[result]);
    return true;
  }

  /// relu(x·W₁ᵀ + b₁)·w₂ᵀ + b₂ with few inputs and one output: one pass for both layers.
  bool hidden_pair(std::size_t i) {
    const std::size_t relu = only_user(i);
    if (relu == Graph::none || name(relu) != "relu" || p_.rows[input(i, 0)].features > 4) return false;
    std::size_t second = Graph::none;
    for (const std::size_t user : users_[relu])
      if (name(user) == "affine" && input(user, 0) == relu) second = user;
    if (second == Graph::none || features(graph()[second]) != 1) return false;
    const std::size_t x = input(i, 0);
    kernels::NarrowHidden<T> call{};
    call.w1 = p_.whole[input(i, 1)];
    call.b1 = p_.whole[input(i, 2)];
    call.w2 = p_.whole[input(second, 1)];
    call.b2 = p_.whole[input(second, 2)];
    if (!call.w1 || !call.b1 || !call.w2 || !call.b2) return false;
    call.inputs = p_.rows[x].features;
    call.units = static_cast<std::size_t>(features(graph()[i]));
    call.stride = p_.stride;
    make_rows(relu);
    make_rows(second);
    done_[relu] = done_[second] = true;
    emit(
        formatted("hidden {} -> {}, relu -> 1, in one pass: %{}, %{}", call.inputs, call.units, relu, second),
        [call, input_rows = p_.rows[x], hidden = p_.rows[relu], z = p_.rows[second],
         run = p_.kernels->hidden](const Tile& tile) mutable {
          call.x = input_rows.at(tile);
          call.hidden = hidden.at(tile);
          call.z = z.at(tile);
          call.vectors = tile.vectors;
          run(call);
        });
    return true;
  }

  /// [B, O] · [O, K]: the way back through a layer; with the mask of a relu where that alone uses it.
  bool product(std::size_t i) {
    const std::size_t d = input(i, 0);
    std::size_t w = input(i, 1);
    const bool transposed = name(w) == "permute";
    if (transposed) w = input(w, 0);
    if (!p_.rows[d].data || !p_.whole[w]) return false;
    if (hidden_products(i)) return true;
    const std::size_t user = only_user(i);
    const bool masked = user != Graph::none && name(user) == "relu_gradient" && input(user, 0) == i;
    const std::size_t result = masked ? user : i;
    kernels::NarrowDense<T> call = dense_call(d, w);
    call.outputs = static_cast<std::size_t>(features(graph()[i]));
    call.output_step = transposed ? static_cast<std::ptrdiff_t>(call.inputs) : 1;
    call.input_step = transposed ? 1 : static_cast<std::ptrdiff_t>(call.outputs);
    const Rows<T>* mask = masked ? &p_.rows[input(user, 1)] : nullptr;
    make_rows(result).clean = p_.rows[d].clean;
    done_[result] = true;
    emit_dense(formatted("dense {} -> {}, transposed{}: %{}", call.inputs, call.outputs,
                         masked ? ", where the unit was active" : "", result),
               call, p_.rows[d], mask, p_.rows[result]);
    return true;
  }

  /// Everything behind hidden_pair() on the way back, where nothing else wants δ₁: see kernels/narrow.hpp.
  bool hidden_products(std::size_t i) {
    const std::size_t d = input(i, 0), w2 = input(i, 1), masked = only_user(i);
    if (p_.rows[d].features != 1 || masked == Graph::none || name(masked) != "relu_gradient") return false;
    if (input(masked, 0) != i || name(w2) == "permute") return false;
    const std::size_t hidden = input(masked, 1);
    std::size_t bias = Graph::none, weights = Graph::none, second = Graph::none;
    for (const std::size_t user : users_[masked]) {
      if (name(user) == "sum" && graph()[user].attributes().template get<Shape>("axes") == Shape{0})
        bias = user;
      else if (name(user) == "permute" && users_[user].size() == 1 && name(users_[user][0]) == "matmul")
        weights = users_[user][0];
      else
        return false;
    }
    for (const std::size_t transposed : users_[d])
      if (name(transposed) == "permute")
        for (const std::size_t user : users_[transposed])
          if (name(user) == "matmul" && input(user, 1) == hidden) second = user;
    if (bias == Graph::none || weights == Graph::none || second == Graph::none) return false;
    const std::size_t x = input(weights, 1);
    if (!p_.rows[x].data || p_.rows[x].features > 4 || !p_.rows[hidden].data) return false;
    if (!p_.rows[d].clean) clear_padding(d);
    const std::size_t units = p_.rows[hidden].features, inputs = p_.rows[x].features, n = p_.lanes();
    kernels::NarrowHiddenProducts<T> call{};
    call.products = p_.arena.template make<T>(inputs * p_.stride);
    call.unit_sums = p_.arena.template make<T>(units * n);
    call.input_sums = p_.arena.template make<T>(units * inputs * n);
    call.hidden_sums = p_.arena.template make<T>(units * n);
    call.inputs = inputs;
    call.units = units;
    call.stride = p_.stride;
    for (const std::size_t node : {masked, bias, weights, second}) done_[node] = true;
    emit(formatted("products of the hidden layer with its mask, in one pass: %{}, %{}, %{}", weights, bias,
                   second),
         [call, input_rows = p_.rows[x], d_rows = p_.rows[d], hidden_rows = p_.rows[hidden],
          run = p_.kernels->hidden_products](const Tile& tile) mutable {
           call.x = input_rows.at(tile);
           call.d = d_rows.at(tile);
           call.hidden = hidden_rows.at(tile);
           call.vectors = tile.vectors;
           call.accumulate = tile.index > 0;
           run(call);
         });
    const auto lane_sums = [=, factor = p_.whole[w2], run = p_.kernels->lane_sums](
                               const T* vectors, std::size_t per_unit, T* out) {
      run(vectors, units * per_unit, out);
      for (std::size_t h = 0; h < units; ++h)
        for (std::size_t k = 0; k < per_unit; ++k) out[h * per_unit + k] *= factor[h];
    };
    whole_step(formatted("lane sums: %{}, %{}, %{}", weights, bias, second),
               [=, to_bias = p_.whole[bias], to_weights = p_.whole[weights], to_second = p_.whole[second],
                run = p_.kernels->lane_sums] {
                 lane_sums(call.unit_sums, 1, to_bias);
                 lane_sums(call.input_sums, inputs, to_weights);
                 run(call.hidden_sums, units, to_second);
               });
    return true;
  }

  void whole_step(std::string text, std::function<void()> run) {
    p_.steps.push_back({std::move(text), std::move(run)});
  }

  void clear_padding(std::size_t i) {
    Rows<T>& rows = p_.rows[i];
    if (rows.clean) return;
    emit(formatted("clear the padding: %{}", i),
         [rows, stride = p_.stride, n = p_.lanes()](const Tile& tile) {
           T* data = rows.at(tile);
           for (std::size_t f = 0; f < rows.features; ++f)
             for (std::size_t s = tile.samples; s < tile.vectors * n; ++s) data[f * stride + s] = T(0);
         });
    rows.clean = true;
  }

  bool spread(std::size_t i) {
    const std::size_t x = input(i, 0);
    if (!p_.rows[x].data || p_.rows[x].features != 1) return false;
    make_rows(i).clean = p_.rows[x].clean;
    emit(formatted("spread over {} features: %{}", p_.rows[i].features, i),
         [from = p_.rows[x], to = p_.rows[i], stride = p_.stride, n = p_.lanes()](const Tile& tile) {
           for (std::size_t f = 0; f < to.features; ++f)
             std::copy_n(from.at(tile), tile.vectors * n, to.at(tile) + f * stride);
         });
    return true;
  }

  /// A loss and its residual, of the same logits and targets, come from one pass; the residual with the
  /// constant that it meets, the losses added up.
  struct Fused {
    std::size_t loss = Graph::none, total = Graph::none, residual = Graph::none, result = Graph::none;
    double scale = 1;
    bool fits = true;
    std::size_t shown() const { return result == Graph::none ? loss : result; }
  };

  Fused fused_loss(std::size_t z, std::size_t t, std::string_view loss, std::string_view residual) {
    Fused found;
    for (const std::size_t user : users_[z]) {
      if (input(user, 0) != z || graph().inputs(user).size() != 2 || input(user, 1) != t) continue;
      if (name(user) == loss) found.loss = user;
      if (name(user) == residual) found.residual = user;
    }
    if (found.loss != Graph::none) {
      found.total = only_user(found.loss);
      found.fits =
          found.total != Graph::none && name(found.total) == "sum" && graph()[found.total].elements() == 1;
    }
    found.result = found.residual;
    const std::size_t user = found.residual == Graph::none ? Graph::none : only_user(found.residual);
    if (user != Graph::none && name(user) == "multiply") {
      const std::size_t other = input(user, 0) == found.residual ? input(user, 1) : input(user, 0);
      if (const auto factor = uniform_value(graph()[other])) {
        found.scale = *factor;
        found.result = user;
      }
    }
    if (found.fits)
      for (const std::size_t node : {found.loss, found.residual, found.result, found.total}) mark_done(node);
    return found;
  }

  void mark_done(std::size_t node) {
    if (node < done_.size()) done_[node] = true;
  }

  Rows<T> residual_rows(const Fused& nodes, std::size_t columns) {
    if (nodes.result != Graph::none) {
      make_rows(nodes.result).clean = true;
      return p_.rows[nodes.result];
    }
    Rows<T> rows;
    rows.data = p_.arena.template make<T>(columns * p_.stride);
    return rows;
  }

  bool logistic(std::size_t i) {
    const std::size_t z = input(i, 0), t = input(i, 1);
    if (!p_.rows[z].data || !p_.rows[t].data) return false;
    const Fused nodes = fused_loss(z, t, "logistic_loss", "logistic_residual");
    if (!nodes.fits) return false;
    const std::size_t columns = p_.rows[z].features;
    const Rows<T> d = residual_rows(nodes, columns);
    const std::size_t slot = nodes.total == Graph::none ? Graph::none : total_of(nodes.total);
    emit(
        formatted("logistic loss{} and sigmoid(%{}) - target: %{}",
                  nodes.total == Graph::none ? "" : ", added up,", z, nodes.shown()),
        [=, scale = static_cast<T>(nodes.scale), z_rows = p_.rows[z], t_rows = p_.rows[t], stride = p_.stride,
         totals = p_.totals.data(), run = p_.kernels->logistic_residual](const Tile& tile) {
          for (std::size_t c = 0; c < columns; ++c) {
            const std::size_t at = c * stride;
            const double losses = run({z_rows.at(tile) + at, t_rows.at(tile) + at, d.at(tile) + at, scale,
                                       tile.samples, tile.vectors});
            if (slot != Graph::none) totals[slot] += losses;
          }
        });
    return true;
  }

  /// The same for cross-entropies of a softmax.
  bool softmax(std::size_t i) {
    const std::size_t z = input(i, 0), k = input(i, 1);
    if (!p_.rows[z].data || !p_.recording.sources[k]) return false;
    const Fused nodes = fused_loss(z, k, "softmax_loss", "softmax_residual");
    if (!nodes.fits) return false;
    const Rows<T> d = residual_rows(nodes, p_.rows[z].features);
    const std::size_t slot = nodes.total == Graph::none ? Graph::none : total_of(nodes.total);
    emit(formatted("softmax loss{} and softmax(%{}) - one_hot(target): %{}",
                   nodes.total == Graph::none ? "" : ", added up,", z, nodes.shown()),
         [=, scale = static_cast<T>(nodes.scale), z_rows = p_.rows[z], stride = p_.stride,
          totals = p_.totals.data(), classes = &p_.classes[p_.recording.sources[k]->which],
          run = kernels::vector_ops<T>(p_.target)->cross_entropy_features](const Tile& tile) {
           const double losses = run({z_rows.at(tile), *classes + tile.index * stride, d.at(tile), scale,
                                      tile.samples, z_rows.features, stride});
           if (slot != Graph::none) totals[slot] += losses;
         });
    return true;
  }

  std::size_t total_of(std::size_t node) { return p_.total_of(node); }

  /// One vector operation over all features; numbers that all samples share are spread first where they must
  /// be.
  bool elementwise(std::size_t i) {
    const auto* kernel = kernels::find_elementwise<T>(p_.target, name(i));
    if (!kernel || graph().inputs(i).size() > 3) return false;
    std::array<Rows<T>, 3> rows;
    std::array<const T*, 3> number{};
    const auto inputs = graph().inputs(i);
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (p_.batch.is_samples(inputs[k]) || p_.rows[inputs[k]].data) {
        rows[k] = p_.rows[inputs[k]];
        if (!rows[k].data) return false;
      } else if (is_number(inputs[k])) {
        std::size_t source = inputs[k];
        while (!p_.recording.sources[source] && name(source) == "broadcast_to") source = input(source, 0);
        number[k] = p_.whole[source];
        if (!number[k]) return false;
      } else {
        rows[k] = spread_row(inputs[k]);
        if (!rows[k].data) return false;
      }
    }
    const Rows<T> out = make_rows(i);
    emit(formatted("{}: %{}", name(i), i),
         [=, run = kernel->run, parameter = static_cast<T>(parameter_of(graph()[i])), stride = p_.stride,
          n = p_.lanes()](const Tile& tile) {
           std::array<Argument<T>, 3> arguments{};
           for (std::size_t k = 0; k < arguments.size(); ++k)
             arguments[k] = number[k] ? Argument<T>{number[k], true} : Argument<T>{rows[k].at(tile), false};
           // Full tiles are one block; in the last one the features lie apart.
           if (tile.vectors * n == stride) {
             run(arguments.data(), parameter, out.at(tile), out.features * stride);
             return;
           }
           for (std::size_t f = 0; f < out.features; ++f) {
             run(arguments.data(), parameter, out.at(tile) + f * stride, tile.vectors * n);
             for (Argument<T>& argument : arguments)
               if (argument.data && !argument.one) argument.data += stride;
           }
         });
    return true;
  }

  /// One number for all samples and features.
  bool is_number(std::size_t i) const {
    return graph()[i].elements() == 1 || (name(i) == "broadcast_to" && graph()[i].input(0).elements() == 1);
  }

  /// A number for each feature, the same for all samples.
  Rows<T> spread_row(std::size_t i) {
    const std::size_t source = name(i) == "broadcast_to" ? input(i, 0) : i;
    const T* numbers = p_.whole[source];
    if (!numbers || graph()[source].elements() != features(graph()[i])) return {};
    const Rows<T> rows = make_rows(i);
    emit(formatted("spread over the samples: %{}", i), [rows, numbers, stride = p_.stride](const Tile& tile) {
      for (std::size_t f = 0; f < rows.features; ++f)
        std::fill_n(rows.at(tile) + f * stride, stride, numbers[f]);
    });
    return rows;
  }

  /// What adds samples up: totals, bias gradients and weight gradients.
  bool sums(std::size_t i) {
    bool of_samples = false;
    for (const std::size_t k : graph().inputs(i)) of_samples |= p_.batch.place[k] != Batch::Place::whole;
    if (!of_samples) return true;  // schedule_whole's
    if (name(i) == "matmul") return weight_gradient(i);
    if (name(i) != "sum") return false;
    const Shape& axes = graph()[i].attributes().template get<Shape>("axes");
    if (axes == Shape{0} && features(graph()[input(i, 0)]) == graph()[i].elements()) return bias_gradient(i);
    return graph()[i].elements() == 1 && total(i);
  }

  bool weight_gradient(std::size_t i) {
    const std::size_t d = input(input(i, 0), 0), x = input(i, 1);
    if (!p_.rows[d].data || !p_.rows[x].data) return false;
    std::size_t bias = Graph::none;
    for (const std::size_t user : users_[d])
      if (name(user) == "sum" && !done_[user] && p_.batch.place[user] == Batch::Place::whole &&
          graph()[user].attributes().template get<Shape>("axes") == Shape{0} &&
          graph()[user].elements() == features(graph()[d]))
        bias = user;
    products(d, p_.rows[x], i, bias);
    return true;
  }

  bool bias_gradient(std::size_t i) {
    const std::size_t d = input(i, 0);
    if (!p_.rows[d].data) return false;
    products(d, Rows<T>(), Graph::none, i);
    return true;
  }

  void products(std::size_t d, Rows<T> x, std::size_t weights, std::size_t bias) {
    clear_padding(d);
    kernels::NarrowProducts<T> call{};
    call.outputs = p_.rows[d].features;
    call.inputs = x.features;
    call.stride = p_.stride;
    call.sums = p_.arena.template make<T>(call.outputs * call.inputs * p_.lanes());
    call.bias_sums = bias == Graph::none ? nullptr : p_.arena.template make<T>(call.outputs * p_.lanes());
    emit(formatted("products {} x {}{}", call.outputs, call.inputs, bias == Graph::none ? "" : ", sums"),
         [call, d_rows = p_.rows[d], x, run = p_.kernels->products](const Tile& tile) mutable {
           call.d = d_rows.at(tile);
           call.x = x.data ? x.at(tile) : nullptr;
           call.vectors = tile.vectors;
           call.accumulate = tile.index > 0;
           run(call);
         });
    const auto lane_sums = [this](const T* vectors, std::size_t count, std::size_t node) {
      done_[node] = true;
      whole_step(formatted("lane sums: %{}", node),
                 [=, out = p_.whole[node], run = p_.kernels->lane_sums] { run(vectors, count, out); });
    };
    if (weights != Graph::none) lane_sums(call.sums, call.outputs * call.inputs, weights);
    if (bias != Graph::none) lane_sums(call.bias_sums, call.outputs, bias);
  }

  bool total(std::size_t i) {
    const Rows<T> rows = p_.rows[input(i, 0)];
    if (!rows.data) return false;
    const std::size_t slot = total_of(i);
    emit(formatted("sum: %{}", i),
         [=, total = p_.totals.data() + slot, stride = p_.stride](const Tile& tile) {
           for (std::size_t f = 0; f < rows.features; ++f)
             for (std::size_t s = 0; s < tile.samples; ++s) *total += double(rows.at(tile)[f * stride + s]);
         });
    return true;
  }

  Program<T>& p_;
  const std::vector<std::vector<std::size_t>>& users_;
  std::vector<bool> done_;
};

}  // namespace

template <class T>
bool Program<T>::schedule_samples(std::string& reason) {
  return Scheduling<T>(*this).all(reason);
}

template bool Program<float>::schedule_samples(std::string&);
template bool Program<double>::schedule_samples(std::string&);

}  // namespace hindsight::narrow
