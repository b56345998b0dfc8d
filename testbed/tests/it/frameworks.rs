//! Tests that are written once and run on every framework.

/// A test of each of these functions for each framework, in modules named after them. The functions take a `Framework`.
macro_rules! on_each_framework {
    ($($test:ident),+ $(,)?) => {
        mod actix_web {
            $(
                #[test]
                fn $test() {
                    super::$test(dewar_testbed::Framework::ActixWeb);
                }
            )+
        }
        mod axum {
            $(
                #[test]
                fn $test() {
                    super::$test(dewar_testbed::Framework::Axum);
                }
            )+
        }
    };
}

pub(crate) use on_each_framework;
