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
  explicit Scheduling(Program<T>& program) : p_(program), users_(program.users), done_(program.done) {}

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
  void emit(std::string text, std::function<void(const Tile&)> run) {
    p_.emit(std::move(text), std::move(run));
  }
  Rows<T>& make_rows(std::size_t i) { return p_.make_rows(i); }
  void clear_padding(std::size_t i) { p_.clear_padding(i); }
  using FusedLoss = typename Loops<T>::FusedLoss;

  const Graph& graph() const { return p_.graph(); }
  std::string_view name(std::size_t i) const { return graph()[i].op().name; }
  std::size_t input(std::size_t i, std::size_t k) const { return graph().inputs(i)[k]; }

  std::size_t only_user(std::size_t i) const { return p_.only_user(i); }

  bool node(std::size_t i) {
    const std::string_view op = name(i);
    if (op == "affine") return affine(i);
    if (op == "matmul" || op == "matmul_transposed") return product(i);
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
    if (schedule_hidden_layer(p_, i)) return true;
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

  /// [B, O] · [O, K]: the way back through a layer; with the mask of a relu where that alone uses it.
  bool product(std::size_t i) {
    const std::size_t d = input(i, 0), w = input(i, 1);
    const bool transposed = name(i) == "matmul_transposed";
    if (!p_.rows[d].data || !p_.whole[w]) return false;
    if (schedule_hidden_products(p_, i)) return true;
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

  void whole_step(std::string text, std::function<void()> run) {
    p_.steps.push_back({std::move(text), std::move(run)});
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

  void mark_done(std::size_t node) {
    if (node < done_.size()) done_[node] = true;
  }

  Rows<T> residual_rows(const FusedLoss& nodes, std::size_t columns) {
    if (nodes.result != Graph::none) {
      make_rows(nodes.result).clean = true;
      return p_.rows[nodes.result];
    }
    Rows<T> rows;
    rows.data = p_.arena.template make<T>(columns * p_.stride);
    return rows;
  }

  FusedLoss fused_loss(std::size_t logits, std::size_t targets, std::string_view loss,
                       std::string_view residual) {
    const FusedLoss found = p_.fused_loss(logits, targets, loss, residual);
    if (found.fits)
      for (const std::size_t node : found.nodes()) mark_done(node);
    return found;
  }

  bool logistic(std::size_t i) {
    const std::size_t z = input(i, 0), t = input(i, 1);
    if (!p_.rows[z].data || !p_.rows[t].data) return false;
    const FusedLoss nodes = fused_loss(z, t, "logistic_loss", "logistic_residual");
    if (!nodes.fits) return false;
    const std::size_t columns = p_.rows[z].features;
    const Rows<T> d = residual_rows(nodes, columns);
    const std::size_t slot = nodes.total == Graph::none ? Graph::none : total_of(nodes.total);
    emit(
        nodes.text("sigmoid(logits) - target"),
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
    const FusedLoss nodes = fused_loss(z, k, "softmax_loss", "softmax_residual");
    if (!nodes.fits) return false;
    const Rows<T> d = residual_rows(nodes, p_.rows[z].features);
    const std::size_t slot = nodes.total == Graph::none ? Graph::none : total_of(nodes.total);
    emit(nodes.text("softmax(logits) - one_hot(target)"),
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
  std::vector<bool>& done_;
};

}  // namespace

template <class T>
bool Program<T>::schedule_samples(std::string& reason) {
  return Scheduling<T>(*this).all(reason);
}

template bool Program<float>::schedule_samples(std::string&);
template bool Program<double>::schedule_samples(std::string&);

}  // namespace hindsight::narrow
