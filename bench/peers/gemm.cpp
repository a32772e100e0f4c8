// Plain loops over a library's matrix product: compiled with PEER_CBLAS, PEER_ONEDNN or PEER_EIGEN.
#include "../pace.hpp"
#include "loops.hpp"

#if defined(PEER_CBLAS)
#include <cblas.h>
#elif defined(PEER_ONEDNN)
#include <dnnl.h>
#else
#include <Eigen/Dense>
#endif

namespace {

template <class T>
struct Product {
  static void multiply(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
                       const T* a, const T* b, T* c) {
    [[maybe_unused]] const std::int64_t lda = transpose_a ? m : k, ldb = transpose_b ? k : n;
#if defined(PEER_CBLAS)
    const auto gemm = [&](auto call) {
      call(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans,
           blasint(m), blasint(n), blasint(k), T(1), a, blasint(lda), b, blasint(ldb), T(0), c, blasint(n));
    };
    if constexpr (sizeof(T) == sizeof(float))
      gemm(cblas_sgemm);
    else
      gemm(cblas_dgemm);
#elif defined(PEER_ONEDNN)
    if constexpr (sizeof(T) == sizeof(float))
      dnnl_sgemm(transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k, 1, a, lda, b, ldb, 0, c, n);
    else
      throw std::invalid_argument("oneDNN has no float64 product");
#else
    using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const auto left = Eigen::Map<const Matrix>(a, transpose_a ? k : m, lda),
               right = Eigen::Map<const Matrix>(b, transpose_b ? n : k, ldb);
    Eigen::Map<Matrix> product(c, m, n);
    if (transpose_a)
      product.noalias() = left.transpose() * right;
    else if (transpose_b)
      product.noalias() = left * right.transpose();
    else
      product.noalias() = left * right;
#endif
  }
};

std::string settings() {
#if defined(PEER_CBLAS)
  return openblas_get_config();
#elif defined(PEER_ONEDNN)
  const auto* version = dnnl_version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->patch);
#else
  return std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION);
#endif
}

template <class T>
void time_loops(const bench::Job& job) {
  bench::Loops<T, Product> loops(job);
  const double first = loops.step();
  bench::time_step(job, first, settings(), [&] { return loops.step(); });
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_job(argc, argv, [](const bench::Job& job) {
    if (job.optimizer != "sgd") throw std::invalid_argument("the plain loops know sgd only");
    job.dtype == "float32" ? time_loops<float>(job) : time_loops<double>(job);
  });
}
