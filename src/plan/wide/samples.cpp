// The work of samples on column panels: which kernel computes which nodes, and what is fused.
#include <algorithm>
#include <array>

#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/rewriter.hpp"
#include "plan/wide/wide.hpp"

namespace hindsight::wide {
namespace {

using kernels::Argument;
using kernels::Then;

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
      reason = formatted("{} {} has no kernel on panels", name(i), graph()[i].shape().str());
      return false;
    }
    return updates_are_in_place(reason);
  }

 private:
  using FusedLoss = typename Loops<T>::FusedLoss;

  const Graph& graph() const { return p_.graph(); }
  std::string_view name(std::size_t i) const { return p_.name(i); }
  std::size_t input(std::size_t i, std::size_t k) const { return p_.input(i, k); }
  bool has_rows(std::size_t i) const { return p_.rows[i].data != nullptr; }

  void emit(std::string text, std::function<void(const Tile&)> run) {
    p_.sample_steps.push_back({std::move(text), std::move(run)});
  }
  Panels<T> make_rows(std::size_t i) {
    if (!has_rows(i))
      p_.rows[i] = p_.make_panels(static_cast<std::size_t>(p_.batch.size),
                                  static_cast<std::size_t>(features(graph()[i])));
    return p_.rows[i];
  }
  void mark_done(std::size_t node) {
    if (node < done_.size()) done_[node] = true;
  }

  bool node(std::size_t i) {
    const std::string_view op = name(i);
    if (op == "affine") return affine(i);
    if (op == "matmul" || op == "matmul_transposed") return product(i);
    if (op == "reshape" || op == "cast") return same(i);
    if (op == "broadcast_to") return spread_column(i);
    if (op == "logistic_loss" || op == "logistic_residual") return logistic(i);
    if (op == "softmax_loss" || op == "softmax_residual") return softmax(i);
    return graph()[i].op().elementwise && elementwise(i);
  }

  bool same(std::size_t i) {
    const DType from = graph()[input(i, 0)].dtype();
    if (!is_floating(from) && from != boolean) return false;
    p_.rows[i] = p_.rows[input(i, 0)];
    return has_rows(i);
  }

  void emit_product(const std::string& text, kernels::PanelProduct<T> call) {
    emit(text, [call, run = p_.kernels->product](const Tile& tile) { run(call, tile.first, tile.last); });
  }

  bool affine(std::size_t i) {
    const std::size_t x = input(i, 0), w = input(i, 1), b = input(i, 2);
    if (!has_rows(x) || !p_.in_panels[w] || !p_.whole[b]) return false;
    const std::size_t user = p_.only_user(i);
    const bool relu = user != Graph::none && name(user) == "relu";
    const std::size_t result = relu ? user : i;
    mark_done(result);
    emit_product(formatted("dense {} -> {}{}: %{}", p_.rows[x].columns, features(graph()[i]),
                           relu ? ", relu" : "", result),
                 {p_.rows[x], p_.weight(w), make_rows(result), p_.whole[b], relu ? Then::relu : Then::nothing,
                  nullptr});
    return true;
  }

  /// Back through a layer; where the next operation multiplies by a mask or by another matrix, that is done
  /// in registers.
  bool product(std::size_t i) {
    const std::size_t d = input(i, 0), w = input(i, 1);
    const bool forward = name(i) == "matmul_transposed";
    if (!has_rows(d) || !p_.in_panels[w]) return false;
    std::size_t result = i, other = Graph::none;
    Then then = Then::nothing;
    if (const std::size_t user = p_.only_user(i); user != Graph::none) {
      const bool masked = name(user) == "relu_gradient" && input(user, 0) == i;
      const bool scaled = name(user) == "multiply" && input(user, 0) != input(user, 1);
      other = masked ? input(user, 1) : scaled ? input(user, input(user, 0) == i ? 1 : 0) : Graph::none;
      if (other != Graph::none && has_rows(other)) {
        then = masked ? Then::keep_positive : Then::multiply;
        result = user;
      }
    }
    mark_done(result);
    const Panels<T> weights = forward ? p_.weight(w) : p_.transpose_of(w);
    emit_product(formatted("dense {} -> {}{}{}: %{}", p_.rows[d].columns, features(graph()[i]),
                           forward ? "" : ", transposed",
                           then == Then::keep_positive ? ", where the unit was active"
                           : then == Then::multiply    ? formatted(", times %{}", other)
                                                       : "",
                           result),
                 {p_.rows[d], weights, make_rows(result), nullptr, then,
                  then == Then::nothing ? nullptr : p_.rows[other].data});
    return true;
  }

  // -- losses
  // -------------------------------------------------------------------------------------------------------

  std::function<void(const Tile&, double)> adder(std::size_t total) {
    if (total == Graph::none) return [](const Tile&, double) {};
    const std::size_t slot = p_.total_of(total);
    p_.partial_totals.resize(slot + 1);
    p_.partial_totals[slot].resize(p_.tiles);
    return [&partial = p_.partial_totals, slot](const Tile& tile, double sum) {
      partial[slot][tile.index] += sum;
    };
  }

  Panels<T> residual_rows(const FusedLoss& nodes, std::size_t z) {
    if (nodes.result != Graph::none) return make_rows(nodes.result);
    return p_.make_panels(p_.rows[z].rows, p_.rows[z].columns);
  }

  /// The kernel takes samples side by side, so a column at a time is brought together.
  FusedLoss fused_loss(std::size_t logits, std::size_t targets, std::string_view loss,
                       std::string_view residual) {
    const FusedLoss found = p_.fused_loss(logits, targets, loss, residual);
    if (found.fits)
      for (const std::size_t node : found.nodes()) mark_done(node);
    return found;
  }

  bool logistic(std::size_t i) {
    const std::size_t z = input(i, 0), t = input(i, 1);
    if (!has_rows(z) || !has_rows(t)) return false;
    const FusedLoss nodes = fused_loss(z, t, "logistic_loss", "logistic_residual");
    if (!nodes.fits) return false;
    const Panels<T> d = residual_rows(nodes, z);
    const std::size_t lanes = p_.kernels->lanes;
    const std::size_t room = (p_.tile_rows + 127) / 64 * 64;
    T* const scratch = p_.arena.template make<T>(3 * room * p_.tiles);
    emit(nodes.text("sigmoid(logits) - target"),
         [=, z_rows = p_.rows[z], t_rows = p_.rows[t], add = adder(nodes.total),
          scale = static_cast<T>(nodes.scale),
          run = kernels::narrow<T>(p_.target).logistic_residual](const Tile& tile) {
           T* const at = scratch + 3 * room * tile.index;
           const std::size_t count = tile.last - tile.first;
           for (std::size_t c = 0; c < z_rows.columns; ++c) {
             for (std::size_t r = 0; r < count; ++r) {
               at[r] = z_rows.at(tile.first + r, c);
               at[room + r] = t_rows.at(tile.first + r, c);
             }
             add(tile, run({at, at + room, at + 2 * room, scale, count, (count + lanes - 1) / lanes}));
             for (std::size_t r = 0; r < count; ++r) d.at(tile.first + r, c) = at[2 * room + r];
           }
         });
    return true;
  }

  /// The kernel takes a sample's classes side by side; where they fill several panels they are brought
  /// together first.
  bool softmax(std::size_t i) {
    const std::size_t z = input(i, 0), k = input(i, 1);
    if (!has_rows(z) || !p_.recording.sources[k]) return false;
    const FusedLoss nodes = fused_loss(z, k, "softmax_loss", "softmax_residual");
    if (!nodes.fits) return false;
    const Panels<T> from = p_.rows[z], d = residual_rows(nodes, z);
    const std::size_t line = Arena::alignment / sizeof(T), stride = (from.columns + line - 1) / line * line;
    const bool one_panel = from.count() == 1 && from.width % line == 0;
    const std::size_t room = p_.tile_rows * stride;
    T* const scratch = one_panel ? nullptr : p_.arena.template make<T>(room * p_.tiles);
    emit(nodes.text("softmax(logits) - one_hot(target)"),
         [=, add = adder(nodes.total), scale = static_cast<T>(nodes.scale), kernels = p_.kernels,
          classes = &p_.classes[p_.recording.sources[k]->which],
          run = kernels::vector_ops<T>(p_.target)->cross_entropy_rows](const Tile& tile) {
           const std::size_t count = tile.last - tile.first, columns = from.columns;
           const std::int64_t* index = *classes + tile.first;
           if (one_panel) {
             const std::size_t at = tile.first * from.width;
             add(tile, run({from.data + at, index, d.data + at, scale, count, columns, from.width}));
             return;
           }
           T* const rows = scratch + room * tile.index;
           const auto step = static_cast<std::ptrdiff_t>(stride);
           const auto first = static_cast<std::ptrdiff_t>(tile.first);
           kernels->unpack(from, rows - first * step, step, 1, tile.first, tile.last);
           add(tile, run({rows, index, rows, scale, count, columns, stride}));
           kernels->pack(rows - first * step, step, 1, d, tile.first, tile.last);
         });
    return true;
  }

  // -- element by element
  // -------------------------------------------------------------------------------------------

  bool elementwise(std::size_t i) {
    const auto* kernel = kernels::find_elementwise<T>(p_.target, name(i));
    if (!kernel || graph().inputs(i).size() > 3) return false;
    std::array<Panels<T>, 3> matrix{};
    std::array<const T*, 3> number{};
    for (std::size_t k = 0; k < graph().inputs(i).size(); ++k) {
      const std::size_t operand = input(i, k);
      if (!has_rows(operand) && !p_.batch.is_samples(operand)) {
        const std::size_t from = p_.source(operand);
        if (graph()[from].elements() == 1)
          number[k] = p_.whole[from];
        else
          spread_row(operand, from);
      }
      if (!number[k]) matrix[k] = p_.rows[operand];
      if (!number[k] && !matrix[k].data) return false;
    }
    const Panels<T> out = make_rows(i);
    emit(formatted("{}: %{}", name(i), i),
         [=, run = kernel->run, parameter = static_cast<T>(parameter_of(graph()[i]))](const Tile& tile) {
           const std::size_t at = tile.first * out.width, count = (tile.last - tile.first) * out.width;
           for (std::size_t j = 0; j < out.count(); ++j) {
             std::array<Argument<T>, 3> arguments{};
             for (std::size_t k = 0; k < arguments.size(); ++k)
               if (number[k])
                 arguments[k] = {number[k], true};
               else if (matrix[k].data)
                 arguments[k] = {matrix[k].panel(j) + at, false};
             run(arguments.data(), parameter, out.panel(j) + at, count);
           }
         });
    return true;
  }

  /// A number for each column, the same for all samples.
  void spread_row(std::size_t i, std::size_t from) {
    const T* numbers = p_.whole[from];
    if (!numbers || p_.in_panels[from] || graph()[from].elements() != features(graph()[i])) return;
    const Panels<T> rows = make_rows(i);
    emit(formatted("spread over the samples: %{}", i), [rows, numbers](const Tile& tile) {
      for (std::size_t c = 0; c < rows.columns; ++c)
        for (std::size_t r = tile.first; r < tile.last; ++r) rows.at(r, c) = numbers[c];
    });
  }

  /// A number for each sample, the same for all columns.
  bool spread_column(std::size_t i) {
    const std::size_t x = input(i, 0);
    if (!has_rows(x) || p_.rows[x].columns != 1) return false;
    emit(formatted("spread over {} features: %{}", features(graph()[i]), i),
         [from = p_.rows[x], to = make_rows(i)](const Tile& tile) {
           for (std::size_t j = 0; j < to.count(); ++j)
             for (std::size_t r = tile.first; r < tile.last; ++r)
               std::fill_n(to.panel(j) + r * to.width, to.width, from.at(r, 0));
         });
    return true;
  }

  // -- sums over samples
  // --------------------------------------------------------------------------------------------

  bool sums(std::size_t i) {
    bool of_samples = false;
    for (const std::size_t k : graph().inputs(i)) of_samples |= p_.batch.place[k] != Batch::Place::whole;
    if (!of_samples) return true;  // the updates'
    if (name(i) == "matmul") return weight_gradient(i);
    if (name(i) != "sum") return false;
    const Shape& axes = graph()[i].attributes().template get<Shape>("axes");
    if (axes == Shape{0} && features(graph()[input(i, 0)]) == graph()[i].elements() && graph()[i].dim() == 1)
      return bias_gradient(i);
    return graph()[i].elements() == 1 && total(i);
  }

  bool total(std::size_t i) {
    if (!has_rows(input(i, 0))) return false;
    emit(formatted("sum: %{}", i), [rows = p_.rows[input(i, 0)], add = adder(i)](const Tile& tile) {
      double sum = 0;
      for (std::size_t r = tile.first; r < tile.last; ++r)
        for (std::size_t c = 0; c < rows.columns; ++c) sum += double(rows.at(r, c));
      add(tile, sum);
    });
    return true;
  }

  bool bias_gradient(std::size_t i) {
    if (!has_rows(input(i, 0))) return false;
    p_.steps.push_back(
        {formatted("sums over the samples: %{}", i), [rows = p_.rows[input(i, 0)], out = p_.whole[i],
                                                      run = p_.kernels->column_sums] { run(rows, out); }});
    return true;
  }

  /// Dᵀ·X, as K × O panels: X over D.
  bool weight_gradient(std::size_t i) {
    const std::size_t d = input(input(i, 0), 0), x = input(i, 1);
    if (!has_rows(d) || !has_rows(x)) return false;
    WeightStep<T> step{};
    step.gradient.a = p_.rows[x];
    step.gradient.d = p_.rows[d];
    const FusedUpdate* fused = nullptr;
    for (const FusedUpdate& update : p_.updates_in_gradients)
      if (update.gradient == i) fused = &update;
    if (fused) {
      update_in_gradient(*fused, step);
    } else {
      step.gradient.w = p_.weight(i);
      step.gradient.update.rule = kernels::Rule::store;
      step.text = formatted("gradient {} x {}: %{}", step.gradient.a.columns, step.gradient.d.columns, i);
    }
    p_.weight_steps.push_back(std::move(step));
    return true;
  }

  void update_in_gradient(const FusedUpdate& fused, WeightStep<T>& step) {
    const auto scalar = [&](std::size_t node) { return node == Graph::none ? nullptr : p_.whole[node]; };
    step.gradient.w = p_.weight(fused.weight);
    step.gradient.update = fused.update;
    step.gradient.m = fused.m == Graph::none ? nullptr : p_.whole[fused.m];
    step.gradient.v = fused.v == Graph::none ? nullptr : p_.whole[fused.v];
    step.step = scalar(fused.step);
    step.root_scale = scalar(fused.root_scale);
    step.keep = scalar(fused.keep);
    step.text =
        formatted("gradient {} x {} and {} in one: %{}", step.gradient.a.columns, step.gradient.d.columns,
                  fused.update.rule == kernels::Rule::sgd ? "SGD" : "Adam", fused.result);
  }

  /// Weights that are updated by loops get their transposes then; fused updates write where the old values
  /// were.
  bool updates_are_in_place(std::string& reason) {
    for (const FusedUpdate& fused : p_.updates_in_gradients) {
      if (p_.whole[fused.result] != p_.whole[fused.weight]) {
        reason = "an update does not replace what it reads";
        return false;
      }
      for (WeightStep<T>& step : p_.weight_steps)
        if (step.gradient.w.data == p_.whole[fused.weight]) step.transposed = p_.transposes[fused.weight];
    }
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

}  // namespace hindsight::wide
