// Times the public compiled training step, step(x, t): forward, loss, backward, update, and the loss as a
// number. With --eager: the same written as a loop, without reading the loss.
#include "network.hpp"
#include "pace.hpp"

using namespace bench;

namespace {

template <class T>
void time_training(const Job& job) {
  const Data<T> data = data_of<T>(job);
  const hs::Tensor x = hs::tensor(data.inputs, {job.batch, job.inputs()});
  const hs::Tensor t =
      job.has_classes() ? hs::tensor(data.classes) : hs::tensor(data.targets, {job.batch, job.outputs()});
  const auto model = network<T>(job);
  const auto rule = optimizer(job, model);
  if (job.eager) {
    const double first = loss_of(job, model(x), t).item();
    return time_step(job, first, "eager", [&] {
      const auto loss = loss_of(job, model(x), t);
      rule.zero_grad();
      loss.backward();
      rule.step();
      return first;
    });
  }
  auto step = hs::compile(
      [&](hs::Tensor input, hs::Tensor target) { return loss_of(job, model(input), target); }, rule);
  const double first = step(x, t);
  time_step(job, first, step.describe(), [&] { return step(x, t); });
}

}  // namespace

int main(int argc, char** argv) {
  return run_job(argc, argv, [](const Job& job) {
    use_threads(job.threads);
    job.dtype == "float32" ? time_training<float>(job) : time_training<double>(job);
  });
}
