//! The page.
fn main() {
    wireglass::ui::mount();
}
