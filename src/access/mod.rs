//! Who may: accounts, how somebody shows that an account is theirs, and how long that holds.
//!
//! The rules alone, without clock and without storage: moments come in, and `store` keeps what must
//! be kept. What a role may do stands at the routes of the service.

mod account;
mod fault;
mod lockout;
mod password;
mod session;
mod token;
mod totp;

pub use account::{Account, AccountNaam, Bound, Federated, Staat};
pub use fault::AccessFault;
pub use lockout::Lockout;
pub use password::{HashRoom, Hashed, Wachtwoord};
pub use session::{Session, Span};
pub use token::Token;
pub use totp::TotpSecret;
