"""What the scripted agent says, and what it takes its caller to have said."""

GREETING = "Hello, this is the scripted agent. How can I help?"
SCRIPT = (
    ("my name is maria lopez", "Thank you, Maria Lopez. What is your call about?"),
    ("i would like to change my appointment", "Your appointment, I see. What number can we call?"),
    ("four one five five five five zero one three two", "Noted. Goodbye, and thank you."),
)
