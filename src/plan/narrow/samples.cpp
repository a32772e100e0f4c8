// The work of samples in vector lanes: what is fused, and which kernels it takes.
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/narrow/narrow.hpp"
#include "plan/sample_schedule.hpp"

namespace hindsight::narrow {
namespace {

using kernels::Argument;

template <class T>
class Schedule final : public SampleSchedule<T> {  // NOLINT(cppcoreguidelines-virtual-class-destructor)
 public:
  explicit Schedule(Program<T>& program) : SampleSchedule<T>(program), p_(program) {}

 private:
  using Base = SampleSchedule<T>;
  using Base::column_sum_of;
  using Base::graph;
  using Base::input;
  using Base::mark_done;
  using Base::name;
  using typename Base::FusedLoss;
  using typename Base::Operand;

  bool has_rows(std::size_t node) const override { return p_.rows[node].data != nullptr; }

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
    p_.emit(text, [call, x, y, has_mask = mask != nullptr, m = mask ? *mask : Rows<T>(),
                   run = p_.kernels->dense](const Tile& tile) mutable {
      call.x = x.at(tile);
      call.mask = has_mask ? m.at(tile) : nullptr;
      call.y = y.at(tile);
      call.vectors = tile.vectors;
      run(call);
    });
  }

  // A relu that alone uses the sums is computed where they still are in registers.
  bool affine(std::size_t i) override {
    const std::size_t x = input(i, 0), w = input(i, 1), b = input(i, 2);
    if (!p_.whole[w] || !p_.whole[b]) return false;
    if (schedule_hidden_layer(p_, i)) return true;
    const std::size_t user = p_.only_user(i);
    const bool relu = user != Graph::none && name(user) == "relu";
    const std::size_t result = relu ? user : i;
    kernels::NarrowDense<T> call = dense_call(x, w);
    call.outputs = static_cast<std::size_t>(features(graph()[i]));
    call.output_step = static_cast<std::ptrdiff_t>(call.inputs);
    call.input_step = 1;
    call.bias = p_.whole[b];
    if (relu) call.least = 0;
    p_.make_rows(result);
    mark_done(result);
    emit_dense(formatted("dense {} -> {}{}: %{}", call.inputs, call.outputs, relu ? ", relu" : "", result),
               call, p_.rows[x], nullptr, p_.rows[result]);
    return true;
  }

  /// [B, O] · [O, K]: the way back through a layer; with the mask of a relu where that alone uses it.
  bool product(std::size_t i) override {
    const std::size_t d = input(i, 0), w = input(i, 1);
    const bool transposed = name(i) == "matmul_transposed";
    if (!p_.whole[w]) return false;
    if (schedule_active_units(p_, i)) return true;
    const std::size_t user = p_.only_user(i);
    const bool masked = user != Graph::none && name(user) == "relu_gradient" && input(user, 0) == i;
    const std::size_t result = masked ? user : i;
    kernels::NarrowDense<T> call = dense_call(d, w);
    call.outputs = static_cast<std::size_t>(features(graph()[i]));
    call.output_step = transposed ? static_cast<std::ptrdiff_t>(call.inputs) : 1;
    call.input_step = transposed ? 1 : static_cast<std::ptrdiff_t>(call.outputs);
    const Rows<T>* mask = masked ? &p_.rows[input(user, 1)] : nullptr;
    p_.make_rows(result).clean = p_.rows[d].clean;
    mark_done(result);
    emit_dense(formatted("dense {} -> {}, transposed{}: %{}", call.inputs, call.outputs,
                         masked ? ", where the unit was active" : "", result),
               call, p_.rows[d], mask, p_.rows[result]);
    return true;
  }

  void share_rows(std::size_t i, std::size_t with) override { p_.rows[i] = p_.rows[with]; }

  void spread_column(std::size_t i, std::size_t from) override {
    p_.make_rows(i).clean = p_.rows[from].clean;
    p_.emit(formatted("spread over {} features: %{}", p_.rows[i].features, i),
            [column = p_.rows[from], to = p_.rows[i], stride = p_.stride, n = p_.lanes()](const Tile& tile) {
              for (std::size_t f = 0; f < to.features; ++f)
                std::copy_n(column.at(tile), tile.vectors * n, to.at(tile) + f * stride);
            });
  }

  void spread_row(std::size_t i, const T* numbers) override {
    p_.emit(formatted("spread over the samples: %{}", i),
            [rows = p_.make_rows(i), numbers, stride = p_.stride](const Tile& tile) {
              for (std::size_t f = 0; f < rows.features; ++f)
                std::fill_n(rows.at(tile) + f * stride, stride, numbers[f]);
            });
  }

  Rows<T> residual_rows(const FusedLoss& loss) {
    if (loss.result != Graph::none) {
      p_.make_rows(loss.result).clean = true;
      return p_.rows[loss.result];
    }
    Rows<T> rows;
    rows.data = p_.arena.template make<T>(p_.rows[loss.logits].features * p_.stride);
    return rows;
  }

  /// What adds losses of a tile to their total.
  std::function<void(double)> adder(const FusedLoss& loss) {
    if (loss.total == Graph::none) return [](double) {};
    const std::size_t slot = p_.total_of(loss.total);
    return [total = p_.totals.data() + slot](double losses) { *total += losses; };
  }

  /// The gradient of a bias behind the logits falls off: the sum of the residuals.
  void logistic(const FusedLoss& loss) override {
    const std::size_t bias = loss.result != Graph::none ? column_sum_of(loss.result) : Graph::none;
    mark_done(bias);
    p_.emit(
        loss.text("sigmoid(logits) - target") + (bias != Graph::none ? formatted(", summed: %{}", bias) : ""),
        [d = residual_rows(loss), scale = static_cast<T>(loss.scale), z = p_.rows[loss.logits],
         t = p_.rows[loss.targets], stride = p_.stride, add = adder(loss),
         to_bias = bias != Graph::none ? p_.whole[bias] : nullptr,
         run = p_.kernels->logistic_residual](const Tile& tile) {
          for (std::size_t c = 0; c < z.features; ++c) {
            const std::size_t at = c * stride;
            const kernels::LogisticSums sums =
                run({z.at(tile) + at, t.at(tile) + at, d.at(tile) + at, scale, tile.samples, tile.vectors});
            add(sums.loss);
            if (to_bias) to_bias[c] = static_cast<T>(sums.residual) + (tile.index > 0 ? to_bias[c] : T(0));
          }
        });
  }

  void softmax(const FusedLoss& loss, const std::int64_t* const* classes) override {
    p_.emit(loss.text("softmax(logits) - one_hot(target)"),
            [d = residual_rows(loss), scale = static_cast<T>(loss.scale), z = p_.rows[loss.logits],
             stride = p_.stride, add = adder(loss), classes,
             run = kernels::vector_ops<T>(p_.target)->cross_entropy_features](const Tile& tile) {
              add(run({z.at(tile), *classes + tile.index * stride, d.at(tile), scale, tile.samples,
                       z.features, stride}));
            });
  }

  /// One vector operation over all features, also over what lies behind a short last tile: nobody reads that.
  bool elementwise(std::size_t i, const kernels::ElementwiseKernel<T>& kernel,
                   const std::array<Operand, 3>& operands) override {
    std::array<Argument<T>, 3> first{};
    std::array<std::size_t, 3> tile_step{};
    const std::size_t count = graph().inputs(i).size();
    for (std::size_t k = 0; k < count; ++k) {
      const Rows<T>& rows = p_.rows[operands[k].node];
      const bool is_number = operands[k].number != nullptr;
      first[k] = {is_number ? operands[k].number : rows.data, is_number};
      tile_step[k] = is_number ? 0 : rows.tile_step;
    }
    p_.emit(formatted("{}: %{}", name(i), i),
            [=, out = p_.make_rows(i), run = kernel.run, parameter = static_cast<T>(parameter_of(graph()[i])),
             stride = p_.stride](const Tile& tile) {
              std::array<Argument<T>, 3> arguments = first;
              for (std::size_t k = 0; k < count; ++k) arguments[k].data += tile.index * tile_step[k];
              run(arguments.data(), parameter, out.at(tile), out.features * stride);
            });
    return true;
  }

  bool weight_gradient(std::size_t i, std::size_t d, std::size_t x) override {
    products(d, p_.rows[x], i, column_sum_of(d));
    return true;
  }
  void bias_gradient(std::size_t i, std::size_t d) override { products(d, Rows<T>(), Graph::none, i); }

  void products(std::size_t d, const Rows<T>& x, std::size_t weights, std::size_t bias) {
    const Rows<T> d_rows = p_.without_padding(d);
    kernels::NarrowProducts<T> call{};
    call.outputs = d_rows.features;
    call.inputs = x.features;
    call.stride = p_.stride;
    const bool has_weights = weights != Graph::none, has_bias = bias != Graph::none;
    const std::size_t sums = has_weights ? p_.place_sums(weights) : 0,
                      bias_sums = has_bias ? p_.place_sums(bias) : 0;
    p_.emit(formatted("products {} x {}{}", call.outputs, call.inputs, has_bias ? ", sums" : ""),
            [=, p = &p_, run = p_.kernels->products](const Tile& tile) mutable {
              call.d = d_rows.at(tile);
              call.x = x.data ? x.at(tile) : nullptr;
              call.sums = p->sums + sums;
              call.bias_sums = has_bias ? p->sums + bias_sums : nullptr;
              call.vectors = tile.vectors;
              call.accumulate = tile.index > 0;
              run(call);
            });
    mark_done(weights);
    mark_done(bias);
    p_.emit_lane_sums();
  }

  void total(std::size_t i, std::size_t of) override {
    const std::size_t slot = p_.total_of(i);
    p_.emit(formatted("sum: %{}", i),
            [rows = p_.rows[of], total = p_.totals.data() + slot, stride = p_.stride](const Tile& tile) {
              for (std::size_t f = 0; f < rows.features; ++f)
                for (std::size_t s = 0; s < tile.samples; ++s)
                  *total += double(rows.at(tile)[f * stride + s]);
            });
  }

  Program<T>& p_;
};

}  // namespace

template <class T>
bool Program<T>::schedule_samples(std::string& reason) {
  return Schedule<T>(*this).all(reason);
}

template bool Program<float>::schedule_samples(std::string&);
template bool Program<double>::schedule_samples(std::string&);

}  // namespace hindsight::narrow
