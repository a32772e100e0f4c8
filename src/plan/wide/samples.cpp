// The work of samples on column panels: what is fused, and which kernels it takes.
#include <algorithm>
#include <array>

#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/sample_schedule.hpp"
#include "plan/wide/wide.hpp"

namespace hindsight::wide {
namespace {

using kernels::Argument;
using kernels::Then;

template <class T>
class Schedule final : public SampleSchedule<T> {  // NOLINT(cppcoreguidelines-virtual-class-destructor)
 public:
  explicit Schedule(Program<T>& program) : SampleSchedule<T>(program), p_(program) {}

  bool everything(std::string& reason) { return this->all(reason) && updates_are_in_place(reason); }

 private:
  using Base = SampleSchedule<T>;
  using Base::graph;
  using Base::input;
  using Base::mark_done;
  using Base::name;
  using typename Base::FusedLoss;
  using typename Base::Operand;

  bool has_rows(std::size_t i) const override { return p_.rows[i].data != nullptr; }
  const T* in_order(std::size_t i) const override { return p_.in_panels[i] ? nullptr : p_.whole[i]; }

  void emit(std::string text, std::function<void(const Tile&)> run) {
    p_.sample_steps.push_back({std::move(text), std::move(run)});
  }
  Panels<T> make_rows(std::size_t i) {
    if (!has_rows(i))
      p_.rows[i] = p_.make_panels(static_cast<std::size_t>(p_.batch.size),
                                  static_cast<std::size_t>(features(graph()[i])));
    return p_.rows[i];
  }

  void emit_product(const std::string& text, kernels::PanelProduct<T> call) {
    emit(text, [call, run = p_.kernels->product](const Tile& tile) { run(call, tile.first, tile.last); });
  }

  bool affine(std::size_t i) override {
    const std::size_t x = input(i, 0), w = input(i, 1), b = input(i, 2);
    if (!p_.in_panels[w] || !p_.whole[b]) return false;
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
  bool product(std::size_t i) override {
    const std::size_t d = input(i, 0), w = input(i, 1);
    const bool forward = name(i) == "matmul_transposed";
    if (!p_.in_panels[w]) return false;
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

  /// What adds up a sum over samples; the parts of the tiles are kept apart, so that it does not depend on
  /// threads.
  std::function<void(const Tile&, double)> adder(std::size_t total) {
    if (total == Graph::none) return [](const Tile&, double) {};
    const std::size_t slot = p_.total_of(total);
    p_.partial_totals.resize(slot + 1);
    p_.partial_totals[slot].resize(p_.tiles);
    return [&partial = p_.partial_totals, slot](const Tile& tile, double sum) {
      partial[slot][tile.index] += sum;
    };
  }

  Panels<T> residual_rows(const FusedLoss& loss) {
    if (loss.result != Graph::none) return make_rows(loss.result);
    return p_.make_panels(p_.rows[loss.logits].rows, p_.rows[loss.logits].columns);
  }

  /// The kernel takes samples side by side, so a column at a time is brought together.
  void logistic(const FusedLoss& loss) override {
    const std::size_t room = (p_.tile_rows + 127) / 64 * 64;
    emit(loss.text("sigmoid(logits) - target"),
         [d = residual_rows(loss), z = p_.rows[loss.logits], t = p_.rows[loss.targets], room,
          scratch = p_.arena.template make<T>(3 * room * p_.tiles), add = adder(loss.total),
          scale = static_cast<T>(loss.scale), lanes = p_.kernels->lanes,
          run = kernels::narrow<T>(p_.target).logistic_residual](const Tile& tile) {
           T* const at = scratch + 3 * room * tile.index;
           const std::size_t count = tile.last - tile.first;
           for (std::size_t c = 0; c < z.columns; ++c) {
             for (std::size_t r = 0; r < count; ++r) {
               at[r] = z.at(tile.first + r, c);
               at[room + r] = t.at(tile.first + r, c);
             }
             add(tile, run({at, at + room, at + 2 * room, scale, count, (count + lanes - 1) / lanes}).loss);
             for (std::size_t r = 0; r < count; ++r) d.at(tile.first + r, c) = at[2 * room + r];
           }
         });
  }

  /// The kernel takes a sample's classes side by side; where they fill several panels they are brought
  /// together first.
  void softmax(const FusedLoss& loss, const std::int64_t* const* classes) override {
    const Panels<T> z = p_.rows[loss.logits], d = residual_rows(loss);
    const std::size_t stride = Arena::whole_lines<T>(z.columns);
    const bool one_panel = z.count() == 1 && z.width == Arena::whole_lines<T>(z.width);
    const std::size_t room = p_.tile_rows * stride;
    T* const scratch = one_panel ? nullptr : p_.arena.template make<T>(room * p_.tiles);
    emit(loss.text("softmax(logits) - one_hot(target)"),
         [=, add = adder(loss.total), scale = static_cast<T>(loss.scale), kernels = p_.kernels,
          run = kernels::vector_ops<T>(p_.target)->cross_entropy_rows](const Tile& tile) {
           const std::size_t count = tile.last - tile.first;
           const std::int64_t* index = *classes + tile.first;
           if (one_panel) {
             const std::size_t at = tile.first * z.width;
             add(tile, run({z.data + at, index, d.data + at, scale, count, z.columns, z.width}));
             return;
           }
           T* const rows = scratch + room * tile.index;
           const auto step = static_cast<std::ptrdiff_t>(stride);
           const auto first = static_cast<std::ptrdiff_t>(tile.first);
           kernels->unpack(z, rows - first * step, step, 1, tile.first, tile.last);
           add(tile, run({rows, index, rows, scale, count, z.columns, stride}));
           kernels->pack(rows - first * step, step, 1, d, tile.first, tile.last);
         });
  }

  bool elementwise(std::size_t i, const kernels::ElementwiseKernel<T>& kernel,
                   const std::array<Operand, 3>& operands) override {
    std::array<Panels<T>, 3> matrix{};
    std::array<const T*, 3> number{};
    for (std::size_t k = 0; k < graph().inputs(i).size(); ++k) {
      number[k] = operands[k].number;
      if (!number[k]) matrix[k] = p_.rows[operands[k].node];
    }
    emit(formatted("{}: %{}", name(i), i),
         [=, out = make_rows(i), run = kernel.run,
          parameter = static_cast<T>(parameter_of(graph()[i]))](const Tile& tile) {
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

  void share_rows(std::size_t i, std::size_t with) override { p_.rows[i] = p_.rows[with]; }

  void spread_row(std::size_t i, const T* numbers) override {
    emit(formatted("spread over the samples: %{}", i), [rows = make_rows(i), numbers](const Tile& tile) {
      for (std::size_t c = 0; c < rows.columns; ++c)
        for (std::size_t r = tile.first; r < tile.last; ++r) rows.at(r, c) = numbers[c];
    });
  }

  void spread_column(std::size_t i, std::size_t from) override {
    emit(formatted("spread over {} features: %{}", features(graph()[i]), i),
         [column = p_.rows[from], to = make_rows(i)](const Tile& tile) {
           for (std::size_t j = 0; j < to.count(); ++j)
             for (std::size_t r = tile.first; r < tile.last; ++r)
               std::fill_n(to.panel(j) + r * to.width, to.width, column.at(r, 0));
         });
  }

  void total(std::size_t i, std::size_t of) override {
    emit(formatted("sum: %{}", i), [rows = p_.rows[of], add = adder(i)](const Tile& tile) {
      double sum = 0;
      for (std::size_t r = tile.first; r < tile.last; ++r)
        for (std::size_t c = 0; c < rows.columns; ++c) sum += double(rows.at(r, c));
      add(tile, sum);
    });
  }

  void bias_gradient(std::size_t i, std::size_t d) override {
    p_.steps.push_back(
        {formatted("sums over the samples: %{}", i),
         [rows = p_.rows[d], out = p_.whole[i], run = p_.kernels->column_sums] { run(rows, out); }});
  }

  /// Dᵀ·X, as K × O panels: X over D.
  bool weight_gradient(std::size_t i, std::size_t d, std::size_t x) override {
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
};

}  // namespace

template <class T>
bool Program<T>::schedule_samples(std::string& reason) {
  return Schedule<T>(*this).everything(reason);
}

template bool Program<float>::schedule_samples(std::string&);
template bool Program<double>::schedule_samples(std::string&);

}  // namespace hindsight::wide
